#pragma once

#include "lane/atomic.hpp"
#include "lane/owners_turn.hpp"
#include "lane/shard.hpp"

#include <rt/core/environment.hpp>

#include <atomic>
#include <cstdint>
#include <vector>

namespace rt::detail {
struct cell;
struct function_record;
struct thread_context;
}  // namespace rt::detail

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

struct pushed_task;

/// Whether a thread holds a seat: the right to run what asks for one CPU.
enum class seat : std::uint32_t {
  none,
  held,  ///< between two helps of a driver's thread; may be taken back
  call,  ///< a slot runs methods, which hold no CPU; may be taken back if they last
  busy,  ///< running tasks
};

/// One thread's part in a runtime: its shard, its seat, its counts.
/// Owner: the engine, which keeps it for the next thread when this one leaves.
/// Thread: its own, except for the atomics.
struct alignas(64) member {
  lane::shard* own = nullptr;
  /// The same, for who holds the baton.
  std::atomic<lane::shard*> own_seen{nullptr};
  bool is_slot = false;
  /// Does `environment::fence_all_threads` work here, as far as this thread knows?
  bool fenced = false;
  /// Whose it is; a thread may have one in each of several runtimes.
  std::atomic<const detail::thread_context*> thread{nullptr};
  lane::atomic<seat> seated{seat::none};
  /// Between `sit_again` and `take_away`.
  lane::owners_turn seat_turn;
  /// Slots leave a seat to this thread, a driver's, which waits.
  bool wants_seat = false;

  /// 1 while it sleeps; what it parks on.
  lane::atomic<std::uint32_t> asleep{0};

  /// Counts drawings: when the oldest cell comes first. Written by its thread alone.
  std::atomic<std::uint64_t> draws{0};
  /// Counts runs of short functions: which of them are timed.
  std::uint32_t runs = 0;
  /// Expected work pushed since a slot was last woken. Units: nanoseconds.
  std::int64_t unannounced_ns = 0;

  /// Tasks and calls handed over by this thread, and completed by it. Written by it alone.
  std::atomic<std::uint64_t> submitted{0};
  std::atomic<std::uint64_t> finished{0};
  /// Changes with each help and each call of a method; compared between two looks.
  std::atomic<std::uint64_t> activity{0};
  std::uint64_t activity_seen = 0;
  /// A look took the seat from under a method that lasts.
  lane::atomic<bool> lent{false};
  /// Spins before sleeping that found nothing.
  std::uint32_t fruitless_spins = 0;

  /// The innermost function that this thread runs, for who asks what hangs.
  std::atomic<const detail::function_record*> running{nullptr};

  /// Lists of continuations whose cells are complete; fired by the outermost completion.
  std::vector<std::uintptr_t> to_fire;
  bool firing = false;

  /// The task of another process that this thread runs; null for none.
  pushed_task* pushed = nullptr;
  /// CPUs held for the task of another class than 0 that this thread runs; 0 for none.
  std::int64_t granted_cpu = 0;
  /// What this thread's innermost task waits for. Guarded by the record of who waits for whom.
  detail::cell* waits_for = nullptr;

  // Kept by the engine.
  member* next = nullptr;
  lane::atomic<bool> taken{false};

  /// Makes a held seat a busy one; false if there is none. Thread: the member's own.
  bool sit_again() noexcept {
    seat now = seat::held;
    if (!fenced) {
      return seated.compare_exchange(now, seat::busy, std::memory_order_acq_rel,
                                     std::memory_order_relaxed);
    }
    const lane::owners_turn::scope turn(seat_turn);
    if (seated.load(std::memory_order_relaxed) != now) return false;
    seated.store(seat::busy, std::memory_order_relaxed);
    return true;
  }
  /// Takes a held seat away; false if there is none, or its owner is about to sit down.
  /// Thread: who holds the baton.
  bool take_away(environment& world, bool fences) noexcept {
    bool taken = false;
    const auto take = [&] {
      // The owner may not know yet that there are fences.
      seat now = seat::held;
      taken = seated.compare_exchange(now, seat::none, std::memory_order_acq_rel,
                                      std::memory_order_relaxed);
    };
    if (fences) {
      seat_turn.without_owner(world, take);
    } else {
      take();
    }
    return taken;
  }
  /// Lets a held seat go; false if there is none. Thread: the member's own.
  bool let_seat_go() noexcept {
    if (!sit_again()) return false;
    seated.store(seat::none, std::memory_order_release);
    return true;
  }
  /// Lets whatever seat there is go, and tells which it was. Thread: the member's own.
  seat stand_up() noexcept {
    for (;;) {
      seat now = seated.load(std::memory_order_relaxed);
      switch (now) {
        case seat::none: return now;
        case seat::held:
          if (let_seat_go()) return now;
          break;
        case seat::call:
          // A look may take it at the same time.
          if (seated.compare_exchange(now, seat::none, std::memory_order_acq_rel,
                                      std::memory_order_relaxed)) {
            return now;
          }
          break;
        case seat::busy: seated.store(seat::none, std::memory_order_release); return now;
      }
    }
  }

  void count(std::atomic<std::uint64_t>& counter) noexcept {
    // A store, not a read-modify-write: only this thread writes it.
    counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
