#include "worker/calls/call_queue.hpp"

namespace rt::worker::calls {
inline namespace RT_LANE_VARIANT {

call_seq call_queue::add(const call& made) {
  const call_seq given = next_seq();
  calls_.emplace_back().made = made;
  ++held_;
  return given;
}

void call_queue::leave(call_seq seq) {
  at(seq).where = held_call::state::gone;
  --held_;
  while (head_ != calls_.size() && calls_[head_].where == held_call::state::gone) {
    ++head_;
    first_seq_ = first_seq_ + 1;
  }
  if (send_from_ < first_seq_) send_from_ = first_seq_;
  if (head_ * 2 < calls_.size()) return;
  // Each call is moved once at most, for one that has gone.
  calls_.erase(calls_.begin(), calls_.begin() + static_cast<std::ptrdiff_t>(head_));
  head_ = 0;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::calls
