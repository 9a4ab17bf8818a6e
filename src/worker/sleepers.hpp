#pragma once

#include "lane/atomic.hpp"
#include "lane/spin_lock.hpp"

#include <rt/core/environment.hpp>

#include <cstdint>
#include <vector>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

struct member;

/// The slots that sleep, and how many are about to look for work: woken, started, or spinning.
///
/// A slot that lies down is counted before it looks for work a last time, and who adds work looks at
/// the count after adding: one of the two sees the other. Who is *coming* looks for work after it has
/// arrived, so that nobody else need be woken for what it will find.
/// Thread: `lie_down`, `get_up`, `sleep` by the slot itself; the rest by any.
class sleepers {
 public:
  explicit sleepers(environment& world) noexcept : world_(&world), lock_(world) {}

  /// Counts the slot among those that sleep. Shape: how many others do.
  std::size_t lie_down(member& slot);
  /// Takes that back, and a wake that came meanwhile. Shape: whether one did.
  bool get_up(member& slot) noexcept;
  /// Sleeps until woken.
  void sleep(member& slot) noexcept;

  /// Wakes the one that lay down last, whose memory is warm; false if none sleeps.
  bool wake_one();
  void wake_all();

  /// One more is coming, and one of those has come.
  void expect_one() noexcept { coming_.fetch_add(1, std::memory_order_seq_cst); }
  // Sequentially consistent: stands before its looks for work.
  void arrive() noexcept { coming_.fetch_add(-1, std::memory_order_seq_cst); }
  /// Below 0 for a moment, when one has come before it was counted.
  std::int32_t coming() const noexcept { return coming_.load(std::memory_order_seq_cst); }

 private:
  environment* world_;
  lane::spin_lock lock_;
  std::vector<member*> asleep_;
  lane::atomic<std::uint32_t> count_{0};
  lane::atomic<std::int32_t> coming_{0};
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
