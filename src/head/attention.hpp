#pragma once

#include <algorithm>

#include "core/variant.hpp"
#include "rt/core/environment.hpp"

namespace rt::head {
inline namespace RT_LANE_VARIANT {

/// A clock that stands still while the head does not look: silence is measured by it, so that a head
/// which was stopped, or late, does not take its own absence for that of others.
/// Thread: a value.
class attention {
 public:
  /// Longer between two looks is lateness.
  attention(instant now, instant gap_max) noexcept : seen_(now), gap_max_(gap_max) {}

  /// Looks, and returns the time that the head has been attending.
  instant look(instant now) noexcept {
    attended_ += std::clamp<instant>(now - seen_, 0, gap_max_);
    seen_ = std::max(seen_, now);
    return attended_;
  }

  /// Was it away, and for how long nobody else knows?
  bool is_late(instant now) const noexcept { return now - seen_ > 2 * gap_max_; }

  instant attended() const noexcept { return attended_; }

 private:
  instant seen_;
  instant gap_max_;
  instant attended_ = 0;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
