#pragma once

#include "lane/spin_lock.hpp"
#include "worker/remote/object_transfers.hpp"

#include <mutex>
#include <vector>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// What is left for the edge by threads outside the baton, and by frames that are let go of,
/// perhaps after its end.   Owner: shared by all of these.   Thread: any.
struct object_transfers::outside {
  explicit outside(environment& world) : lock(world) {}

  /// A piece has left, or never will.
  void leave(store::transfers::ask_number number) {
    {
      const std::lock_guard guard(lock);
      left.push_back(number);
    }
    news.store(true, std::memory_order_release);
  }

  lane::spin_lock lock;
  lane::atomic<bool> news{false};
  // Guarded by `lock`.
  std::vector<reading> read;
  /// Pieces that have left.
  std::vector<store::transfers::ask_number> left;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
