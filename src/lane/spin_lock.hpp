#pragma once

#include "lane/atomic.hpp"

#include <rt/core/environment.hpp>

#include <cstdint>

namespace rt::lane {
inline namespace RT_LANE_VARIANT {

/// Guards a few lines that neither wait nor run user code. Not on the way of a call that meets no
/// other, except uncontended.
class spin_lock {
 public:
  explicit spin_lock(environment& world) noexcept : world_(&world) {}

  void lock() noexcept {
    for (unsigned round = 0;; ++round) {
      // Acquire: what the last holder did is seen.
      if (held_.exchange(true, std::memory_order_acquire) == false) return;
      while (held_.load(std::memory_order_relaxed)) world_->relax(round++);
    }
  }
  void unlock() noexcept { held_.store(false, std::memory_order_release); }

 private:
  environment* world_;
  atomic<bool> held_{false};
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::lane
