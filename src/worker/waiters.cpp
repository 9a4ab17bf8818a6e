#include "worker/waiters.hpp"

#include "core/planted_bug.hpp"

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

waiter::~waiter() {
  std::uint32_t fired = found_;
  for (node& each : nodes_) {
    if (!lane::take_off(*each.awaited, each)) ++fired;
  }
  // Those were taken by a thread that completes; their last touch is a few instructions away.
  for (unsigned round = 0; (word_.load(std::memory_order_acquire) & ~sleeping_bit) - first_ < fired;
       ++round) {
    world_->relax(round);
  }
}

void waiter::hang_on(detail::cell& awaited) {
  node& made = nodes_.emplace_back();
  made.fire = &fire;
  made.home = this;
  made.awaited = &awaited;
  if (lane::hang(awaited, lane::link_to(made))) return;
  nodes_.pop_back();
  ++found_;
  word_.fetch_add(1, std::memory_order_relaxed);
}

bool waiter::sleep(instant deadline) noexcept {
  // Sequentially consistent against `fire`: either it sees that we sleep, or we see its count.
  std::uint32_t seen = word_.fetch_or(sleeping_bit, std::memory_order_seq_cst) | sleeping_bit;
  while ((seen & satisfied_bit) == 0) {
    if (deadline != never && world_->now() >= deadline) return false;
    world_->park(word_.word(), seen, deadline);
    seen = word_.load(std::memory_order_acquire);
  }
  return true;
}

void waiter::fire(detail::continuation& hung) noexcept {
  waiter& home = *static_cast<node&>(hung).home;
  environment& world = *home.world_;
  const std::atomic<std::uint32_t>& word = home.word_.word();
  const std::uint32_t now = home.word_.fetch_add(1, std::memory_order_seq_cst) + 1;
  // The waiter may be gone from here on; only the address of its word is used.
  if (RT_SIMBUG("waiter.fire_forgets_to_wake")) return;
  if ((now & sleeping_bit) != 0 && (now & satisfied_bit) != 0) world.wake(word, 1);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
