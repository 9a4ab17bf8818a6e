#include "lane/cell_state.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/call_context.hpp>
#include <rt/detail/failure.hpp>
#include <rt/detail/function_record.hpp>
#include <rt/this_task.hpp>

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

detail::task_description describe_task(void* of) {
  const task_frame& frame = *static_cast<task_frame*>(of);
  detail::engine& runtime = *detail::this_context().runtime;
  detail::task_description told;
  // The view must outlive this call; the names of a process's functions do.
  thread_local std::string name;
  name = name_of(*frame.task);
  told.name = name;
  told.id = to_string(this_task::id());
  told.node = id_text(runtime.incarnation(), 0);
  told.process = id_text(runtime.incarnation(), 0);
  return told;
}

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

[[gnu::always_inline]] inline void runtime_engine::conclude_inline(member& mine, cell& claimed,
                                                                   actor_state* actor,
                                                                   const task_frame& frame,
                                                                   const call_context* context,
                                                                   std::exception_ptr failure) {
  if (actor != nullptr) {
    // The method has stored its result already, or someone has killed the actor meanwhile.
    bool mine_to_complete = frame.stored;
    if (failure != nullptr || frame.exits) {
      mine_to_complete = frame.stored || lane::begin_store(claimed);
      if (frame.exits) {
        die(*actor, "it left by rt::exit_actor");
        fail_suspended(mine, *actor, claimed);
        failure = death_of(*actor, rt::outcome::completed);
      } else if (claimed.type->bind != nullptr) {
        die(*actor, "its constructor threw", failure);
        claimed.state.fetch_or(detail::observed_bit, std::memory_order_relaxed);
      }
    }
    if (claimed.type->destroy_arguments != nullptr) claimed.type->destroy_arguments(claimed);
    if (!mine_to_complete) return;
    if (failure == nullptr && was_cancelled(claimed, context, world_)) {
      if (claimed.type->destroy_result != nullptr) claimed.type->destroy_result(claimed);
      failure = cancelled_error(claimed, rt::outcome::completed);
    }
  } else {
    if (claimed.type->destroy_arguments != nullptr) claimed.type->destroy_arguments(claimed);
    if (was_cancelled(claimed, context, world_)) {
      if (failure == nullptr && claimed.type->destroy_result != nullptr) {
        claimed.type->destroy_result(claimed);
      }
      failure = cancelled_error(claimed, rt::outcome::unknown);
    }
  }
  if (failure != nullptr) {
    ::new (static_cast<void*>(&detail::failure_of(claimed))) std::exception_ptr(std::move(failure));
    complete(mine, claimed, true);
  } else {
    complete(mine, claimed, false);
  }
}

void runtime_engine::conclude(member& mine, cell& claimed, actor_state* actor,
                              const task_frame& left, std::exception_ptr failure) {
  conclude_inline(mine, claimed, actor, left, claimed.context.load(std::memory_order_relaxed),
                  std::move(failure));
}

bool runtime_engine::run(member& mine, cell& claimed, actor_state* actor) {
  detail::thread_context& thread = detail::this_context();
  // In locals too: read back from the frame, the pair waits for the two stores that wrote it.
  task_frame* const outer_frame = thread.frame;
  detail::engine* const outer_runtime = thread.runtime;
  task_frame frame{
      .outer = outer_frame, .outer_runtime = outer_runtime, .task = &claimed, .actor = actor};
  call_context* context = claimed.context.load(std::memory_order_relaxed);
  std::exception_ptr failure;
  if (context != nullptr || cancelling_.load(std::memory_order_relaxed)) {
    const bool late =
        context != nullptr && context->deadline != never && world_.now() >= context->deadline;
    if (late || (context != nullptr && context->cancelled_above()) ||
        cancelling_.load(std::memory_order_relaxed)) {
      if (actor != nullptr && !lane::begin_store(claimed)) {
        // Whoever killed the actor has completed it; the arguments are the runner's to destroy.
        if (claimed.type->destroy_arguments != nullptr) claimed.type->destroy_arguments(claimed);
        return true;
      }
      fail_claimed(mine, claimed, cancelled_error(claimed, rt::outcome::not_started));
      return true;
    }
    if (context != nullptr && context->owner == &claimed && context->shape != 0) {
      frame.lends = resources_.cpu_of(context->shape) >= one_cpu;
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
    timed = known == 0 || known > always_timed_ns || ++mine.ticks % timed_every == 0;
    if (timed) began = world_.now();
  }
  failure = attempt(mine, claimed, frame);
  if (timed && function != nullptr) note_duration(*function, world_.now() - began);

  mine.running.store(outer, std::memory_order_relaxed);
  thread.frame = outer_frame;
  thread.runtime = outer_runtime;
  if (frame.recorded) waits_for_.forget(frame);
  if (frame.coroutine != nullptr) return wait_first(mine, claimed, actor, frame);
  conclude_inline(mine, claimed, actor, frame, context, std::move(failure));
  return true;
}

std::exception_ptr runtime_engine::attempt(member& mine, cell& claimed, task_frame& frame) {
  static_cast<void>(mine);
  for (;;) {
    std::exception_ptr failure = call_once(claimed, frame);
    if (failure == nullptr || frame.exits) return failure;
    if (!retries(claimed, frame)) return failure;
  }
}

bool runtime_engine::retries(const cell& claimed, task_frame& frame) {
  call_context* own = own_context(claimed);
  if (own == nullptr || !own->retry_exceptions || own->retries_left == 0 ||
      (claimed.state.load(std::memory_order_acquire) & detail::cancel_bit) != 0) {
    return false;
  }
  if (own->retries_left > 0) --own->retries_left;
  own->attempt = ++frame.attempt;
  return true;
}

std::exception_ptr runtime_engine::call_once(cell& claimed, task_frame& frame) {
  if (settings_.distance == rt::distance::process && claimed.type->write_arguments != nullptr) {
    return call_through_bytes(claimed, frame);
  }
  return detail::run_guarded(&run_cell, &claimed, &describe_task, &frame);
}

void runtime_engine::fail_claimed(member& mine, cell& claimed, std::exception_ptr failure) {
  if (claimed.type->destroy_arguments != nullptr) claimed.type->destroy_arguments(claimed);
  ::new (static_cast<void*>(&detail::failure_of(claimed))) std::exception_ptr(std::move(failure));
  complete(mine, claimed, true);
}

void runtime_engine::complete(member& mine, cell& decided, bool failed) {
  if (call_context* own = own_context(decided)) forget_timers(decided, *own);
  if (decided.type->actor != nullptr) {
    actor_state& actor = state_of(*decided.type->actor(decided));
    if (actor.pending_max >= 0) actor.pending.fetch_add(-1, std::memory_order_relaxed);
  }
  const std::uintptr_t list = lane::finish(decided, failed);
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
        advance(mine, lane::cell_at(at));
      }
      at = next;
    }
  }
  mine.firing = false;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
