#include "lane/cell_state.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/call_context.hpp>

#include <algorithm>
#include <mutex>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::cell;
using detail::phase;

namespace {

constexpr instant tick_ns = 1'000'000;
constexpr unsigned slowest_tick = 10;

}  // namespace

void runtime_engine::schedule(instant when) {
  const std::lock_guard guard(alarm_lock_);
  if (when >= alarm_) return;
  alarm_ = when;
  world_.set_alarm(when);
}

void runtime_engine::arm() {
  if (armed_.exchange(true, std::memory_order_seq_cst)) return;
  schedule(world_.now() + tick_ns);
}

void runtime_engine::add_timer(instant when, cell& task, timers::kind what) {
  {
    const std::lock_guard guard(alarm_lock_);
    timers_.add(when, task, what);
  }
  schedule(when);
}

bool runtime_engine::start_deadline(cell& task) {
  // Children that inherit a deadline are found cancelled when they are drawn; this is for the task
  // that it was given to.
  const detail::call_context* context = task.context.load(std::memory_order_relaxed);
  if (context == nullptr || context->owner != &task || context->deadline == never) return false;
  add_timer(context->deadline, task, timers::kind::deadline);
  return true;
}

void runtime_engine::forget_timers(cell& task, detail::call_context& own) {
  if ((own.deadline == never || own.inherits_deadline) && own.unschedulable_at == never) return;
  const std::lock_guard guard(alarm_lock_);
  if (own.deadline != never) timers_.remove(own.deadline, task);
  if (own.unschedulable_at != never) timers_.remove(own.unschedulable_at, task);
}

void runtime_engine::fire_timers() {
  const instant now = world_.now();
  for (;;) {
    timers::entry due{};
    {
      const std::lock_guard guard(alarm_lock_);
      due = timers_.take_due(now);
      if (due.task == nullptr) return;
      // In the list, so not complete yet, so alive; from here on this keeps it.
      detail::retain(*due.task, detail::engine_reference);
    }
    if (due.what == timers::kind::deadline) {
      cancel(*due.task);
    } else if (lane::claim(*due.task)) {
      std::string why;
      const detail::call_context* context = due.task->context.load(std::memory_order_acquire);
      resources_.possible(context->shape, why);
      fail_claimed(join(), *due.task,
                   std::make_exception_ptr(unschedulable_error(
                       "the task " + name_of(*due.task) + " can never be run here: it " + why)));
    }
    detail::release(*due.task, detail::engine_reference);
  }
}

void runtime_engine::standby_main() {
  join();
  while (!stopping_.load(std::memory_order_acquire)) {
    world_.wait_alarm();
    {
      const std::lock_guard guard(alarm_lock_);
      alarm_ = never;
    }
    fire_timers();
    start_slots();
    if (armed_.load(std::memory_order_relaxed)) {
      if (look()) {
        const unsigned slow = std::min(++fruitless_looks_, slowest_tick);
        schedule(world_.now() + tick_ns * static_cast<instant>(slow));
      } else {
        fruitless_looks_ = 0;
        // Whoever pushes from here on arms again; what was pushed before is seen by the look.
        armed_.store(false, std::memory_order_seq_cst);
        if (fenced_.load(std::memory_order_relaxed)) world_.fence_all_threads();
        if (look()) arm();
      }
      // After its first look: a runtime that lives shorter has no use for them. Slots were started.
      if (!fenced_.load(std::memory_order_relaxed)) {
        fenced_.store(world_.prepare_fences(true), std::memory_order_release);
      }
    }
    instant next = never;
    {
      const std::lock_guard guard(alarm_lock_);
      next = timers_.next();
    }
    if (next != never) schedule(next);
  }
}

bool runtime_engine::look() {
  bool busy = false;
  const bool fenced = fenced_.load(std::memory_order_relaxed);
  for (member* at = members_.load(std::memory_order_acquire); at != nullptr; at = at->next) {
    if (!at->taken.load(std::memory_order_acquire)) continue;
    const std::uint64_t activity = at->activity.load(std::memory_order_relaxed);
    const bool unchanged = activity == at->activity_seen;
    at->activity_seen = activity;
    if (lane::shard* shard = at->own_seen.load(std::memory_order_acquire)) {
      // A thread that has not run its own tasks for a tick leaves them to others.
      if (unchanged) shard->helped.store(false, std::memory_order_relaxed);
      if (fenced && shard->keeps_any() && !shard->helped.load(std::memory_order_relaxed)) {
        shard->open_for_owner(world_);
      }
    }
    seat now = at->seated.load(std::memory_order_relaxed);
    if (now == seat::held) {
      // Nor does it need its seat, if it is a driver's.
      if (!unchanged || !at->take_away(world_, fenced)) {
        busy = true;
        continue;
      }
      give_up_seat();
    } else if (now == seat::call) {
      // A method holds no CPU: one that lasts must not keep others from running.
      busy = true;
      if (unchanged && at->seated.compare_exchange(now, seat::none, std::memory_order_acq_rel,
                                                   std::memory_order_relaxed)) {
        blocked_.fetch_add(1, std::memory_order_seq_cst);
        at->lent.store(true, std::memory_order_release);
        give_up_seat();
      }
    }
  }
  if (work_for_slots()) wake_slot();
  return busy || !queue_.empty() || resources_.has_waiting() || resources_.has_granted();
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
