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
  if (stopping_.load(std::memory_order_seq_cst)) {
    // The standby itself is to wake up and end: it may have left its last alarm to another's turn.
    when = 0;
  } else if (when >= alarm_.load(std::memory_order_relaxed)) {
    return;
  }
  alarm_.store(when, std::memory_order_relaxed);
  world_.set_alarm(when);
}

void runtime_engine::arm_now() {
  instant unset = never;
  const instant when = world_.now() + tick_ns;
  if (look_at_.compare_exchange(unset, when, std::memory_order_seq_cst,
                                std::memory_order_relaxed)) {
    schedule(when);
  }
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

void runtime_engine::expire(const timers::entry& due) {
  if (due.what == timers::kind::deadline) {
    cancel(*due.task);
  } else if (lane::claim(*due.task)) {
    std::string why;
    const detail::call_context* context = due.task->context.load(std::memory_order_acquire);
    resources_.possible(context->shape, why);
    fail_claimed(join(), *due.task,
                 std::make_exception_ptr(unschedulable_error("the task " + name_of(*due.task) +
                                                             " can never be run here: it " + why)));
  }
  detail::release(*due.task, detail::engine_reference);
}

bool runtime_engine::turn_due(holder by) noexcept {
  if (slots_wanted_.load(std::memory_order_relaxed)) return true;
  const attendant* also = attendant_.load(std::memory_order_acquire);
  if (also != nullptr && also->has_news()) return true;
  const instant due = by == holder::waiter ? look_at_.load(std::memory_order_relaxed)
                                           : alarm_.load(std::memory_order_relaxed);
  return due != never && due <= world_.now();
}

void runtime_engine::take_turn(holder by) {
  while (take_one_turn(by)) {
  }
}

bool runtime_engine::take_one_turn(holder by) {
  if (!baton_.take()) return false;
  std::vector<timers::entry> due;
  attendant::deferred later;
  do {
    {
      const std::lock_guard guard(alarm_lock_);
      alarm_.store(never, std::memory_order_relaxed);
      // Ending a task runs destructors, which are the user's: not inside another's wait.
      if (by != holder::waiter) timers_.take_due(world_.now(), due);
    }
    start_slots();
    if (look_at_.load(std::memory_order_relaxed) <= world_.now()) look_around();
    instant next = never;
    if (attendant* also = attendant_.load(std::memory_order_acquire)) {
      next = also->attend(later) ? 0 : also->due();
    }
    next = std::min(next, look_at_.load(std::memory_order_relaxed));
    {
      const std::lock_guard guard(alarm_lock_);
      next = std::min(next, timers_.next());
    }
    schedule(next);
  } while (!baton_.lay_down());
  // No user's code runs under the baton.
  for (const timers::entry& entry : due) expire(entry);
  for (const std::function<void()>& each : later) each();
  return !later.empty();
}

void runtime_engine::look_around() {
  looked_.store(true, std::memory_order_relaxed);
  if (look()) {
    const unsigned slow = std::min(++fruitless_looks_, slowest_tick);
    look_at_.store(world_.now() + tick_ns * static_cast<instant>(slow), std::memory_order_relaxed);
    return;
  }
  fruitless_looks_ = 0;
  // Whoever pushes from here on arms again; what was pushed before is seen by the look.
  look_at_.store(never, std::memory_order_seq_cst);
  if (fenced_.load(std::memory_order_relaxed)) world_.fence_all_threads();
  if (look()) arm();
}

void runtime_engine::standby_main() {
  join();
  while (!stopping_.load(std::memory_order_acquire)) {
    world_.wait_alarm();
    take_turn(holder::standby);
    // Fences after a first look: a runtime that lives shorter has no use for them.
    if (looked_.load(std::memory_order_relaxed) && !fenced_.load(std::memory_order_relaxed)) {
      fenced_.store(world_.prepare_fences(true), std::memory_order_release);
    }
  }
}

void runtime_engine::take_from_call(member& slot) {
  // Counted before its slot can see that the seat is gone.
  blocked_.fetch_add(1, std::memory_order_seq_cst);
  slot.lent.store(true, std::memory_order_release);
  seat now = seat::call;
  if (slot.seated.compare_exchange(now, seat::none, std::memory_order_acq_rel,
                                   std::memory_order_relaxed)) {
    give_up_seat();
  } else {
    end_lending(slot);
  }
}

void runtime_engine::end_lending(member& slot) noexcept {
  if (slot.lent.load(std::memory_order_relaxed) &&
      slot.lent.exchange(false, std::memory_order_acq_rel)) {
    blocked_.fetch_add(UINT32_MAX, std::memory_order_seq_cst);
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
      if (unchanged) take_from_call(*at);
    }
  }
  if (work_for_slots()) wake_slot();
  return busy || !queue_.empty() || resources_.has_waiting() || resources_.has_granted();
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
