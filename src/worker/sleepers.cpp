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

void sleepers::get_up(member& slot) noexcept {
  const std::lock_guard guard(lock_);
  if (std::erase(asleep_, &slot) != 0) {
    count_.fetch_add(UINT32_MAX, std::memory_order_seq_cst);
  } else {
    arrive();
  }
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
  }
  woken->asleep.store(0, std::memory_order_release);
  world_->wake(woken->asleep.word(), 1);
  return true;
}

void sleepers::wake_all() {
  while (wake_one()) {
  }
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
