#pragma once

#include "core/planted_bug.hpp"
#include "lane/atomic.hpp"

#include <rt/core/environment.hpp>

#include <cstdint>

namespace rt::lane {
inline namespace RT_LANE_VARIANT {

/// A lock between the one thread that is here all the time, the owner, and others that rarely come.
///
/// The owner says that it is at work, then looks whether another thread has asked. That one asks, lets
/// every thread pass a fence, then looks whether the owner is at work: one of the two sees the other.
/// So the owner pays for no atomic operation, and the other for a system call.
/// Thread: `begin` and `end` by the owner, `without_owner` by any; it does not exclude another of its
/// kind.
class owners_turn {
 public:
  void begin() noexcept {
    for (;;) {
      at_work_.store(true, std::memory_order_relaxed);
      light_fence();
      // Acquire: what was done without the owner is seen.
      if (asked_.load(std::memory_order_acquire) == 0) [[likely]]
        return;
      at_work_.store(false, std::memory_order_release);
      while (asked_.load(std::memory_order_relaxed) != 0) pause();
    }
  }
  // Release: the work is seen by who finds the owner gone.
  void end() noexcept { at_work_.store(false, std::memory_order_release); }

  /// Calls `work` unless the owner is at work; false if it is.
  /// The environment must have `fence_all_threads`.
  template <class Work>
  bool without_owner(environment& world, Work&& work) noexcept {
    asked_.fetch_add(1, std::memory_order_seq_cst);
    world.fence_all_threads();
    const bool gone =
        !at_work_.load(std::memory_order_acquire) || RT_SIMBUG("owners_turn.ignores_owner");
    if (gone) work();
    asked_.fetch_add(UINT32_MAX, std::memory_order_release);
    return gone;
  }

  /// The owner's turn, for a scope.
  class scope {
   public:
    explicit scope(owners_turn& of) noexcept : of_(of) { of_.begin(); }
    scope(const scope&) = delete;
    scope& operator=(const scope&) = delete;
    ~scope() { of_.end(); }

   private:
    owners_turn& of_;
  };

 private:
  atomic<bool> at_work_{false};
  atomic<std::uint32_t> asked_{0};
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::lane
