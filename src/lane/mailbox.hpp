#pragma once

#include "lane/atomic.hpp"

#include <rt/detail/cell.hpp>

#include <cstdint>

namespace rt::lane {
inline namespace RT_LANE_VARIANT {

using detail::cell;

/// Calls that wait for an actor, from any number of callers, in the order of each.
/// A stack that is taken whole and turned round: what one caller pushed first is deeper.
/// A cell in it carries one reference. Thread: `push` any; `take_all` one at a time.
class mailbox {
 public:
  void push(cell& call) noexcept {
    cell* top = top_.load(std::memory_order_relaxed);
    do {
      call.next = reinterpret_cast<std::uintptr_t>(top);
      // Sequentially consistent: stands before the caller's look at whether the actor is queued, as
      // the runner's leaving stands before its last look here.
    } while (
        !top_.compare_exchange(top, &call, std::memory_order_seq_cst, std::memory_order_relaxed));
  }

  /// Returns the oldest of all calls, linked by `next` to the newest; null if there is none.
  cell* take_all() noexcept {
    if (empty()) return nullptr;
    // Acquire: the calls' members were written before they were pushed.
    cell* newest = top_.exchange(nullptr, std::memory_order_acquire);
    cell* oldest = nullptr;
    while (newest != nullptr) {
      cell* older = reinterpret_cast<cell*>(newest->next);
      newest->next = reinterpret_cast<std::uintptr_t>(oldest);
      oldest = newest;
      newest = older;
    }
    return oldest;
  }

  bool empty() const noexcept { return top_.load(std::memory_order_seq_cst) == nullptr; }

 private:
  atomic<cell*> top_{nullptr};
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::lane
