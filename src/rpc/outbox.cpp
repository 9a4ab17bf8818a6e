#include "rpc/outbox.hpp"

#include <utility>

namespace rt::rpc {
inline namespace RT_LANE_VARIANT {

std::uint64_t outbox::add(kept_frame frame) {
  bytes_ += frame.bytes.size() + frame.tail.size();
  frames_.push_back(std::move(frame));
  return last();
}

bool outbox::acknowledge(std::uint64_t up_to) {
  if (up_to > last()) return false;
  while (acknowledged_ < up_to) {
    bytes_ -= frames_.front().bytes.size() + frames_.front().tail.size();
    frames_.pop_front();
    ++acknowledged_;
  }
  return true;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::rpc
