#include "worker/sleepers.hpp"

#include "worker/member.hpp"

#include <mutex>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

std::size_t sleepers::lie_down(member& slot) {
  const std::lock_guard guard(lock_);
  slot.asleep.store(1, std::memory_order_relaxed);
  asleep_.push_back(&slot);
  return count_.fetch_add(1, std::memory_order_seq_cst);
}

bool sleepers::get_up(member& slot) noexcept {
  const std::lock_guard guard(lock_);
  const bool woken = std::erase(asleep_, &slot) == 0;
  if (woken) {
    arrive();
  } else {
    count_.fetch_add(UINT32_MAX, std::memory_order_seq_cst);
  }
  return woken;
}

void sleepers::sleep(member& slot) noexcept {
  while (slot.asleep.load(std::memory_order_acquire) != 0) {
    world_->park(slot.asleep.word(), 1, never);
  }
  arrive();
}

bool sleepers::wake_one() {
  if (count_.load(std::memory_order_seq_cst) == 0) return false;
  member* woken = nullptr;
  {
    const std::lock_guard guard(lock_);
    if (asleep_.empty()) return false;
    woken = asleep_.back();
    asleep_.pop_back();
    count_.fetch_add(UINT32_MAX, std::memory_order_seq_cst);
    expect_one();
    // Within the lock: it may get up by itself and lie down again before this thread goes on, and
    // must not be taken for woken then. A late wake is only one without reason.
    woken->asleep.store(0, std::memory_order_release);
  }
  world_->wake(woken->asleep.word(), 1);
  return true;
}

void sleepers::wake_all() {
  while (wake_one()) {
  }
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
