#include "lane/cell_state.hpp"
#include "worker/remote/object_keeper.hpp"
#include "worker/remote/pushed_task.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
#include <rt/core/result.hpp>
#include <rt/detail/archive.hpp>
#include <rt/detail/call_context.hpp>
#include <rt/detail/call_shape.hpp>
#include <rt/detail/failure.hpp>
#include <rt/detail/make_cell.hpp>

#include <memory>
#include <mutex>
#include <span>
#include <utility>

// Tasks that other processes have pushed here: a slot reads one, runs it as any other, and writes down
// what came of it.

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::cell;

const detail::cell_type runtime_engine::pushed_type = {
    .end = &end_pushed,
    .size = sizeof(pushed_task),
    .alignment = alignof(pushed_task),
};

pushed_task& runtime_engine::make_pushed(pushed_listener& who) {
  return *detail::make_cell<pushed_task>(pushed_type, number_, world_, who);
}

void runtime_engine::begin_pushed(pushed_task& task) {
  if (resources_.push(task.shape, task)) wake_slot();
  else arm();
}

bool runtime_engine::take_back(pushed_task& task) {
  if (!resources_.take_waiting(task.shape, task)) return false;
  // It may have stood in front of others.
  if (resources_.has_granted() || work_for_slots()) wake_slot();
  return true;
}

void runtime_engine::cancel_pushed(pushed_task& task) noexcept {
  cell* running = nullptr;
  {
    const std::lock_guard guard(task.lock);
    task.cancelled = true;
    running = task.task;
    if (running != nullptr) detail::retain(*running, detail::engine_reference);
  }
  if (running == nullptr) return;
  cancel(*running);
  detail::release(*running, detail::engine_reference);
}

cell* runtime_engine::read_pushed(pushed_task& task, detail::actor_core* actor) {
  if (task.function == nullptr) {
    throw function_not_found_error("the node " + id_text(incarnation_, 0) + " has no function " +
                                   task.identity + ": its binary is another");
  }
  if (task.unreadable != nullptr) std::rethrow_exception(task.unreadable);
  const std::span<const std::byte> arguments = task.arguments.bytes();
  detail::input_archive in(arguments.data(), arguments.size(), &task.arguments.references);
  cell* const made =
      detail::read_call(*task.function->of_values, in, actor, detail::engine_reference, number_);
  auto* context = new detail::call_context;
  context->owner = made;
  context->name = task.name;
  context->id = task.id;
  context->job = task.job;
  context->attempt = task.attempt;
  context->deadline = task.deadline;
  context->shape = task.shape;
  made->context.store(context, std::memory_order_relaxed);
  made->state.store(static_cast<std::uint32_t>(detail::phase::running), std::memory_order_relaxed);
  return made;
}

bool runtime_engine::run_pushed(member& mine, pushed_task& task) {
  cell* made = nullptr;
  try {
    made = read_pushed(task);
  } catch (...) {
    task.listener->ended(task, failed_with(std::current_exception()));
    return true;
  }
  task.arguments.clear();
  task.began_at = world_.now();
  mine.count(mine.submitted);
  bool cancelled = false;
  {
    const std::lock_guard guard(task.lock);
    task.task = made;
    cancelled = task.cancelled;
  }
  bool ended = true;
  if (cancelled) {
    fail_claimed(mine, *made, cancelled_error(*made, rt::outcome::not_started));
  } else {
    pushed_task* const outer = std::exchange(mine.pushed, &task);
    ended = run(mine, *made, nullptr);
    mine.pushed = outer;
  }
  if (ended) {
    answer_pushed(task);
  } else {
    // A coroutine that waits.
    task.listener->blocked(task);
    when_ready(*made, [this, &task] { answer_pushed(task); });
  }
  return ended;
}

void runtime_engine::answer_pushed(pushed_task& task) noexcept {
  cell* over = nullptr;
  {
    const std::lock_guard guard(task.lock);
    over = std::exchange(task.task, nullptr);
  }
  pushed_outcome how;
  try {
    write_outcome(*over, task.stays, how);
  } catch (...) {
    how = failed_with(std::current_exception());
  }
  if (detail::actor_core* const actor =
          over->type->actor != nullptr ? over->type->actor(*over) : nullptr) {
    how.actor_died =
        (state_of(*actor).word.load(std::memory_order_acquire) & actor_state::dead) != 0;
  }
  how.run_ns = static_cast<std::uint64_t>(world_.now() - task.began_at);
  detail::release(*over, detail::engine_reference);
  task.listener->ended(task, std::move(how));
}

void runtime_engine::drop_pushed(pushed_task& task) {
  task.listener->ended(
      task,
      failed_with(std::make_exception_ptr(task_cancelled_error(
          "the task " + task.name + " was cancelled: its node ends", rt::outcome::not_started))));
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
