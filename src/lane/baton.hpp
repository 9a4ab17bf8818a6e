#pragma once

#include "core/planted_bug.hpp"
#include "lane/atomic.hpp"

#include <cstdint>

namespace rt::lane {
inline namespace RT_LANE_VARIANT {

/// Who holds a process's loop: one thread at a time, whichever has nothing better to do.
///
/// Who comes while another holds it leaves its wish there and goes: the holder takes another turn
/// before it lays the baton down, so what the other came for is seen to. Nobody waits for it.
/// Thread: any.
class baton {
 public:
  /// Takes it; false if someone holds it, who will look once more.
  bool take() noexcept {
    std::uint32_t now = word_.load(std::memory_order_relaxed);
    for (;;) {
      const std::uint32_t wished = now == free ? held : asked;
      // Acquire: what the last holder did is seen. Release, also where it was asked already: the holder
      // sees what this thread came for.
      if (word_.compare_exchange(now, wished, std::memory_order_acq_rel,
                                 std::memory_order_relaxed)) {
        return wished == held;
      }
    }
  }

  /// Lays it down; false if someone has asked meanwhile: then it is still held, for another turn.
  bool lay_down() noexcept {
    std::uint32_t now = held;
    // Release: for the next holder.
    if (word_.compare_exchange(now, free, std::memory_order_release, std::memory_order_relaxed)) {
      return true;
    }
    if (RT_SIMBUG("baton.forgets_who_asked")) {
      word_.store(free, std::memory_order_release);
      return true;
    }
    // Acquire: what all those who asked came for is seen by the turn that follows.
    word_.exchange(held, std::memory_order_acquire);
    return false;
  }

 private:
  static constexpr std::uint32_t free = 0;
  static constexpr std::uint32_t held = 1;
  static constexpr std::uint32_t asked = 2;

  atomic<std::uint32_t> word_{free};
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::lane
