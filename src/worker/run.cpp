#include "lane/cell_state.hpp"
#include "worker/describe.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/call_context.hpp>
#include <rt/detail/failure.hpp>
#include <rt/detail/function_record.hpp>

#include <algorithm>
#include <limits>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::call_context;
using detail::cell;
using detail::phase;
using detail::task_frame;

namespace {

call_context* own_context(const cell& task) noexcept {
  call_context* context = task.context.load(std::memory_order_acquire);
  return context != nullptr && context->owner == &task ? context : nullptr;
}

void run_cell(void* claimed) {
  cell& task = *static_cast<cell*>(claimed);
  task.type->run(task);
}

/// A run below this is not worth a look at the clock each time.
constexpr std::uint32_t always_timed_ns = 4'000;
constexpr std::uint32_t timed_every = 64;

void note_duration(detail::function_record& function, instant took) noexcept {
  const auto now = static_cast<std::uint32_t>(
      std::min<instant>(std::max<instant>(took, 1), std::numeric_limits<std::uint32_t>::max()));
  const std::uint32_t last = function.last_ns.load(std::memory_order_relaxed);
  const std::uint32_t shorter = last != 0 && last < now ? last : now;
  function.last_ns.store(now, std::memory_order_relaxed);
  function.estimate_ns.store(shorter, std::memory_order_relaxed);
}

}  // namespace

bool was_cancelled(const cell& task, const call_context* context, environment& world) noexcept {
  if ((task.state.load(std::memory_order_acquire) & detail::cancel_bit) != 0) return true;
  return context != nullptr && (context->cancelled_above() ||
                                (context->deadline != never && world.now() >= context->deadline));
}

std::exception_ptr cancelled_error(const cell& task, rt::outcome outcome) {
  return std::make_exception_ptr(
      task_cancelled_error("the task " + name_of(task) + " was cancelled", outcome));
}

bool runtime_engine::begin_store(cell& running) noexcept {
  if (!lane::begin_store(running)) return false;
  task_frame* frame = detail::this_context().frame;
  if (frame != nullptr && frame->task == &running) frame->stored = true;
  return true;
}

bool runtime_engine::refuse(member& mine, cell& claimed, const actor_state* actor,
                            const call_context* context) {
  const bool ends =
      cancelling_.load(std::memory_order_relaxed) ||
      (context != nullptr && (context->cancelled_above() ||
                              (context->deadline != never && world_.now() >= context->deadline)));
  if (!ends) return false;
  if (actor != nullptr && !lane::begin_store(claimed)) {
    // Whoever killed the actor has completed it; the arguments are the runner's to destroy.
    if (claimed.type->destroy_arguments != nullptr) claimed.type->destroy_arguments(claimed);
  } else {
    fail_claimed(mine, claimed, cancelled_error(claimed, rt::outcome::not_started));
  }
  return true;
}

inline std::exception_ptr runtime_engine::call_once(cell& claimed, task_frame& frame) {
  if (settings_.distance == rt::distance::process && claimed.type->write_arguments != nullptr) {
    return call_through_bytes(claimed, frame);
  }
  return detail::run_guarded(&run_cell, &claimed, &describe, &frame);
}

bool runtime_engine::retries(const cell& claimed, std::uint32_t& attempt) {
  call_context* own = own_context(claimed);
  if (own == nullptr || !own->retry_exceptions || own->retries_left == 0 ||
      (claimed.state.load(std::memory_order_acquire) & detail::cancel_bit) != 0) {
    return false;
  }
  if (own->retries_left > 0) --own->retries_left;
  own->attempt = ++attempt;
  return true;
}

std::exception_ptr runtime_engine::retry(cell& claimed, task_frame& frame,
                                         std::exception_ptr failure) {
  while (failure != nullptr && !frame.exits && retries(claimed, frame.attempt)) {
    failure = call_once(claimed, frame);
  }
  return failure;
}

inline void runtime_engine::conclude_task(member& mine, cell& claimed, const call_context* context,
                                          std::exception_ptr failure, reach by) {
  if (claimed.type->destroy_arguments != nullptr) claimed.type->destroy_arguments(claimed);
  if (was_cancelled(claimed, context, world_)) [[unlikely]] {
    if (failure == nullptr && claimed.type->destroy_result != nullptr) {
      claimed.type->destroy_result(claimed);
    }
    failure = cancelled_error(claimed, rt::outcome::unknown);
  }
  if (failure == nullptr) [[likely]] {
    complete(mine, claimed, false, by);
  } else {
    fail(mine, claimed, std::move(failure), by);
  }
}

void runtime_engine::conclude(member& mine, cell& claimed, actor_state* actor,
                              const task_frame& left, std::exception_ptr failure) {
  if (actor != nullptr) {
    conclude_call(mine, claimed, *actor, left, std::move(failure));
  } else {
    conclude_task(mine, claimed, claimed.context.load(std::memory_order_relaxed),
                  std::move(failure), reach::shared);
  }
}

bool runtime_engine::run(member& mine, cell& claimed, actor_state* actor, reach by) {
  detail::thread_context& thread = detail::this_context();
  // In locals too: read back from the frame, the pair waits for the two stores that wrote it.
  task_frame* const outer_frame = thread.frame;
  detail::engine* const outer_runtime = thread.runtime;
  task_frame frame{
      .outer = outer_frame, .outer_runtime = outer_runtime, .task = &claimed, .actor = actor};
  call_context* context = claimed.context.load(std::memory_order_relaxed);
  if (context != nullptr || cancelling_.load(std::memory_order_relaxed)) [[unlikely]] {
    if (refuse(mine, claimed, actor, context)) return true;
    if (context != nullptr && context->owner == &claimed) {
      frame.id = context->id;
      frame.attempt = context->attempt;
      if (context->shape != 0) frame.lends = resources_.cpu_of(context->shape) >= one_cpu;
    }
  }
  thread.frame = &frame;
  thread.runtime = this;

  detail::function_record* function = claimed.type->function;
  const detail::function_record* const outer = mine.running.load(std::memory_order_relaxed);
  mine.running.store(function, std::memory_order_relaxed);
  instant began = 0;
  bool timed = false;
  if (function != nullptr) {
    const std::uint32_t known = function->estimate_ns.load(std::memory_order_relaxed);
    timed = known == 0 || known > always_timed_ns || ++mine.runs % timed_every == 0;
    if (timed) began = world_.now();
  }
  std::exception_ptr failure = call_once(claimed, frame);
  if (failure != nullptr) [[unlikely]]
    failure = retry(claimed, frame, std::move(failure));
  if (timed) note_duration(*function, world_.now() - began);

  mine.running.store(outer, std::memory_order_relaxed);
  thread.frame = outer_frame;
  thread.runtime = outer_runtime;
  if (frame.recorded) waits_for_.forget(frame);

  if (frame.coroutine != nullptr) return wait_first(mine, claimed, actor, frame);
  if (actor == nullptr) [[likely]] {
    conclude_task(mine, claimed, context, std::move(failure), by);
  } else {
    conclude_call(mine, claimed, *actor, frame, std::move(failure));
  }
  return true;
}

void runtime_engine::conclude_call(member& mine, cell& claimed, actor_state& actor,
                                   const task_frame& frame, std::exception_ptr failure) {
  // The method has stored its result already, or someone has killed the actor meanwhile.
  bool mine_to_complete = frame.stored;
  if (failure != nullptr || frame.exits) {
    mine_to_complete = frame.stored || lane::begin_store(claimed);
    if (frame.exits) {
      die(actor, "it left by rt::exit_actor");
      fail_suspended(mine, actor, claimed);
      failure = death_of(actor, rt::outcome::completed);
    } else if (claimed.type->bind != nullptr) {
      die(actor, "its constructor threw", failure);
      claimed.state.fetch_or(detail::observed_bit, std::memory_order_relaxed);
    }
  }
  if (claimed.type->destroy_arguments != nullptr) claimed.type->destroy_arguments(claimed);
  if (!mine_to_complete) return;
  const call_context* context = claimed.context.load(std::memory_order_relaxed);
  if (failure == nullptr && was_cancelled(claimed, context, world_)) {
    if (claimed.type->destroy_result != nullptr) claimed.type->destroy_result(claimed);
    failure = cancelled_error(claimed, rt::outcome::completed);
  }
  if (failure == nullptr) {
    complete(mine, claimed, false);
  } else {
    fail(mine, claimed, std::move(failure));
  }
}

void runtime_engine::fail_claimed(member& mine, cell& claimed, std::exception_ptr failure) {
  if (claimed.type->destroy_arguments != nullptr) claimed.type->destroy_arguments(claimed);
  fail(mine, claimed, std::move(failure));
}

void runtime_engine::fail(member& mine, cell& decided, std::exception_ptr failure, reach by) {
  ::new (static_cast<void*>(&detail::failure_of(decided))) std::exception_ptr(std::move(failure));
  complete(mine, decided, true, by);
}

void runtime_engine::complete(member& mine, cell& decided, bool failed, reach by) {
  if (call_context* own = own_context(decided)) forget_timers(decided, *own);
  if (decided.type->actor != nullptr) {
    actor_state& actor = state_of(*decided.type->actor(decided));
    if (actor.pending_max >= 0) actor.pending.fetch_add(-1, std::memory_order_relaxed);
  }
  std::uintptr_t list = 0;
  if (by == reach::alone && lane::is_alone_with(decided)) {
    lane::finish_alone(decided, failed);
  } else {
    list = lane::finish(decided, failed);
  }
  mine.count(mine.finished);
  if (draining_.load(std::memory_order_seq_cst)) {
    quiet_word_.fetch_add(1, std::memory_order_seq_cst);
    world_.wake(quiet_word_.word(), UINT32_MAX >> 1);
  }
  if (list != 0) fire(mine, list);
}

void runtime_engine::fire(member& mine, std::uintptr_t list) {
  mine.to_fire.push_back(list);
  // A failed argument fails its dependents, and those theirs: a list instead of recursion.
  if (mine.firing) return;
  mine.firing = true;
  while (!mine.to_fire.empty()) {
    std::uintptr_t at = mine.to_fire.back();
    mine.to_fire.pop_back();
    while (at != 0) {
      const std::uintptr_t next = lane::successor(at);
      if (!lane::is_cell(at)) {
        detail::continuation& hung = lane::continuation_at(at);
        hung.fire(hung);
      } else {
        cell& dependent = lane::cell_at(at);
        if (dependent.runtime == number_) advance(mine, dependent);
        else advance_elsewhere(dependent);
      }
      at = next;
    }
  }
  mine.firing = false;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
