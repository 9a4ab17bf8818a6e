#include "lane/cell_state.hpp"
#include "worker/describe.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/call_context.hpp>
#include <rt/detail/coroutine_root.hpp>
#include <rt/detail/failure.hpp>
#include <rt/detail/make_cell.hpp>

#include <mutex>
#include <utility>

// A coroutine between its steps: what is kept of it, how it waits, who goes on with it.
//
// A step ends when the coroutine has suspended and every call below `run` or `make_step` has returned.
// Only then, in `park`, does anyone else get to see it.

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::call_context;
using detail::cell;
using detail::coroutine_root;

const detail::cell_type runtime_engine::suspended_type = {
    .size = sizeof(suspended_task),
    .alignment = alignof(suspended_task),
};

namespace {

void step_on(void* frame) { detail::step(*static_cast<detail::task_frame*>(frame)->coroutine); }

}  // namespace

bool runtime_engine::ends_early(const cell& task) const noexcept {
  return cancelling_.load(std::memory_order_seq_cst) ||
         was_cancelled(task, task.context.load(std::memory_order_acquire), world_);
}

bool runtime_engine::wait_first(member& mine, cell& task, actor_state* actor,
                                const detail::task_frame& left) {
  auto& made = *detail::make_cell<suspended_task>(suspended_type, *this, task, actor, left);
  detail::retain(task, detail::engine_reference);
  if (actor != nullptr) {
    const std::lock_guard guard(actor->lock);
    ++actor->suspended;
  }
  const call_context* context = task.context.load(std::memory_order_acquire);
  const bool own = context != nullptr && context->owner == &task;
  made.in_caller = !own || context->in_caller;
  if (own && context->shape != 0) {
    made.cpu_shape = resources_.cpu_part(context->shape);
    made.kept_shape = resources_.other_part(context->shape);
  }
  suspensions_.add(made);
  if (context != nullptr && context->deadline != never && !(own && !context->inherits_deadline)) {
    // While a task runs it looks by itself; while it waits someone must.
    made.deadline = context->deadline;
    add_timer(made.deadline, task, timers::kind::deadline);
  }
  return park(made) ? false : go_on(mine, made);
}

bool runtime_engine::park(suspended_task& waiting) {
  coroutine_root& root = *waiting.frame.coroutine;
  if (root.far != nullptr) waiting.far = std::exchange(root.far, nullptr);
  cell& task = *waiting.task;
  cell& awaited = *root.awaited;
  if (awaited.complete()) return false;
  if (awaited.type->want != nullptr) awaited.type->want(awaited);
  if (waiting.ended_early || ends_early(task)) {
    root.refused = cancelled_error(task, rt::outcome::unknown);
    return false;
  }
  // Another thread may take it to its end before this one has looked for the last time.
  const looked_at kept(&task);
  suspensions_.note(waiting, &awaited);
  if (std::string circle = waits_for_.circle(task, awaited); !circle.empty()) {
    suspensions_.note(waiting, nullptr);
    root.refused = std::make_exception_ptr(deadlock_error("this wait would never end: " + circle));
    return false;
  }
  waiting.word.store(suspended_task::parking, std::memory_order_relaxed);
  // The hook's, and this thread's until it has let go.
  detail::retain(waiting, 2 * detail::engine_reference);
  waiting.hook.fire = &wake_suspended;
  if (!lane::hang(awaited, lane::link_to(waiting.hook))) {
    waiting.word.store(suspended_task::awake, std::memory_order_relaxed);
    suspensions_.note(waiting, nullptr);
    detail::release(waiting, detail::engine_reference);
    detail::release(waiting, detail::engine_reference);
    return false;
  }
  std::uint32_t now = suspended_task::parking;
  // Sequentially consistent: stands before the look at whether it was cancelled, as a canceller's mark
  // stands before its look at this word. Release: who goes on sees all that was done so far.
  bool parked = waiting.word.compare_exchange(now, suspended_task::parked,
                                              std::memory_order_seq_cst, std::memory_order_acquire);
  if (parked && ends_early(task)) {
    now = suspended_task::parked;
    parked = !waiting.word.compare_exchange(now, suspended_task::awake, std::memory_order_seq_cst,
                                            std::memory_order_relaxed);
    if (!parked) give_up_wait(waiting);
  }
  // From here on it is another's, if it is parked: only this reference has kept it.
  if (!parked) {
    waiting.word.store(suspended_task::awake, std::memory_order_relaxed);
    suspensions_.note(waiting, nullptr);
  }
  detail::release(waiting, detail::engine_reference);
  return parked;
}

void runtime_engine::give_up_wait(suspended_task& waiting) {
  coroutine_root& root = *waiting.frame.coroutine;
  waiting.ended_early = true;
  if (root.awaited->complete()) return;
  root.refused = cancelled_error(*waiting.task, rt::outcome::unknown);
  // Else whoever completes it has it, and lets it go.
  if (lane::take_off(*root.awaited, waiting.hook)) {
    detail::release(waiting, detail::engine_reference);
  }
}

void runtime_engine::wake_suspended(detail::continuation& hung) noexcept {
  suspended_task& waiting = *static_cast<resume_hook&>(hung).home;
  std::uint32_t now = suspended_task::parking;
  if (!waiting.word.compare_exchange(now, suspended_task::fired, std::memory_order_acq_rel,
                                     std::memory_order_acquire)) {
    now = suspended_task::parked;
    if (waiting.word.compare_exchange(now, suspended_task::queued, std::memory_order_acq_rel,
                                      std::memory_order_acquire)) {
      // The hook's reference goes over to the queue.
      waiting.engine->queue_suspended(waiting);
      return;
    }
  }
  detail::release(waiting, detail::engine_reference);
}

void runtime_engine::interrupt(suspended_task& waiting) noexcept {
  std::uint32_t now = suspended_task::parked;
  if (!waiting.word.compare_exchange(now, suspended_task::interrupted, std::memory_order_seq_cst,
                                     std::memory_order_relaxed)) {
    return;
  }
  detail::retain(waiting, detail::engine_reference);
  queue_suspended(waiting);
}

void runtime_engine::interrupt(const cell& task) noexcept {
  if ((task.state.load(std::memory_order_seq_cst) & detail::suspended_bit) == 0) return;
  if (const looked_at found = suspensions_.find(task); found.get() != nullptr) {
    interrupt(static_cast<suspended_task&>(*found));
  }
}

void runtime_engine::interrupt_children() noexcept {
  for (const looked_at& each : suspensions_.find_all([this](const cell& task) {
         return was_cancelled(task, task.context.load(std::memory_order_acquire), world_);
       })) {
    interrupt(static_cast<suspended_task&>(*each));
  }
}

void runtime_engine::interrupt_all() noexcept {
  for (const looked_at& each : suspensions_.find_all([](const cell&) { return true; })) {
    interrupt(static_cast<suspended_task&>(*each));
  }
}

void runtime_engine::queue_suspended(suspended_task& woken) {
  member& mine = join();
  if (woken.actor != nullptr) {
    actor_state& actor = *woken.actor;
    // The call keeps the actor; the list's reader may end it, so it is not looked at after the push.
    detail::retain(actor);
    actor.woken.push(woken);
    activate(mine, actor);
    detail::release(actor);
  } else if (woken.cpu_shape != 0) {
    if (resources_.push(woken.cpu_shape, woken)) wake_slot();
    else arm();
  } else {
    push(mine, woken, expected_ns(*woken.task));
  }
}

bool runtime_engine::resume(member& mine, cell& drawn) {
  auto& woken = static_cast<suspended_task&>(drawn);
  std::uint32_t now = suspended_task::queued;
  // Acquire: what the last step did is seen.
  if (!woken.word.compare_exchange(now, suspended_task::awake, std::memory_order_acquire,
                                   std::memory_order_relaxed)) {
    now = suspended_task::interrupted;
    if (!woken.word.compare_exchange(now, suspended_task::awake, std::memory_order_acquire,
                                     std::memory_order_relaxed)) {
      return false;
    }
    suspensions_.note(woken, nullptr);
    give_up_wait(woken);
  } else {
    suspensions_.note(woken, nullptr);
  }
  woken.just_begun = false;
  return go_on(mine, woken);
}

bool runtime_engine::go_on(member& mine, suspended_task& awake) {
  do {
    std::exception_ptr failure = make_step(mine, awake);
    if (awake.frame.coroutine != nullptr) continue;
    cell& task = *awake.task;
    suspensions_.remove(awake);
    if (awake.deadline != never) {
      const std::lock_guard guard(alarm_lock_);
      timers_.remove(awake.deadline, task);
    }
    actor_state* const actor = awake.actor;
    const std::uint32_t kept = awake.just_begun ? 0 : awake.kept_shape;
    conclude(mine, task, actor, awake.frame, std::move(failure));
    if (kept != 0 && (resources_.give_back(kept) || work_for_slots())) wake_slot();
    if (actor != nullptr) {
      const std::lock_guard guard(actor->lock);
      --actor->suspended;
    }
    detail::release(task, detail::engine_reference);
    detail::release(awake, detail::engine_reference);
    return true;
  } while (!park(awake));
  return false;
}

std::exception_ptr runtime_engine::make_step(member& mine, suspended_task& awake) {
  cell& task = *awake.task;
  detail::task_frame& frame = awake.frame;
  detail::thread_context& thread = detail::this_context();
  frame.outer = thread.frame;
  frame.outer_runtime = thread.runtime;
  thread.frame = &frame;
  thread.runtime = this;
  const detail::function_record* const outer = mine.running.load(std::memory_order_relaxed);
  mine.running.store(task.type->function, std::memory_order_relaxed);

  std::exception_ptr failure = detail::run_guarded(&step_on, &frame, &describe, &frame);
  if (frame.coroutine == nullptr && awake.far != nullptr) {
    failure = bring_back(task, frame, *std::exchange(awake.far, nullptr), std::move(failure));
  }
  if (failure != nullptr && !awake.ended_early && !ends_early(task)) {
    failure = retry(task, frame, std::move(failure));
  }

  mine.running.store(outer, std::memory_order_relaxed);
  thread.frame = frame.outer;
  thread.runtime = frame.outer_runtime;
  if (frame.recorded) waits_for_.forget(frame);
  frame.recorded = false;
  return failure;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
