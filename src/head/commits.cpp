#include "head/commits.hpp"

#include <algorithm>

#include "core/planted_bug.hpp"

namespace rt::head {
inline namespace RT_LANE_VARIANT {

void commits::durable(position up_to) noexcept { durable_ = std::max(durable_, up_to); }

bool commits::take(consequence& to) {
  if (held_.empty()) return false;
  if (held_.front().first > durable_ && !RT_SIMBUG("log.ack_before_sync")) return false;
  to = std::move(held_.front().second);
  held_.pop_front();
  return true;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
