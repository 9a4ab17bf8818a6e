#include "worker/hosting/caller_queue.hpp"

#include <algorithm>
#include <utility>

namespace rt::worker::hosting {
inline namespace RT_LANE_VARIANT {

bool caller_queue::add(call_seq seq, std::uint64_t arrival, const arrived_call& what) {
  if (seq <= newest_) return false;
  newest_ = seq;
  waiting_.push_back({seq, arrival, what});
  return true;
}

bool caller_queue::ready(const attempt_name& which) {
  for (std::size_t at = head_; at != waiting_.size(); ++at) {
    if (waiting_[at].what.name != which) continue;
    waiting_[at].what.ready = true;
    return true;
  }
  return false;
}

bool caller_queue::cancel(const attempt_name& which) {
  const auto begin = waiting_.begin() + static_cast<std::ptrdiff_t>(head_);
  const auto found = std::find_if(
      begin, waiting_.end(), [&](const waiting_call& each) { return each.what.name == which; });
  if (found == waiting_.end()) return false;
  waiting_.erase(found);
  return true;
}

const caller_queue::waiting_call* caller_queue::first_ready() const noexcept {
  if (empty() || !waiting_[head_].what.ready) return nullptr;
  return &waiting_[head_];
}

caller_queue::waiting_call caller_queue::take() {
  const waiting_call taken = waiting_[head_++];
  compact();
  return taken;
}

std::vector<caller_queue::waiting_call> caller_queue::cut() {
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(head_));
  head_ = 0;
  return std::exchange(waiting_, {});
}

void caller_queue::compact() {
  if (head_ * 2 < waiting_.size()) return;
  // Each call is moved once at most, for one that has gone.
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(head_));
  head_ = 0;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::hosting
