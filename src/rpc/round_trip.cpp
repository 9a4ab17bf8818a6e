#include "rpc/round_trip.hpp"

#include <algorithm>

#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"

namespace rt::rpc {
inline namespace RT_LANE_VARIANT {

void round_trip::measured(instant took) noexcept {
  RT_PROBE("round_trip.measured");
  if (!smoothed_) {
    smoothed_ = took;
    variation_ = took / 2;
  } else {
    const instant off = *smoothed_ > took ? *smoothed_ - took : took - *smoothed_;
    variation_ += (off - variation_) / 4;
    *smoothed_ += (took - *smoothed_) / 8;
  }
  if (RT_SIMBUG("round_trip.without_variation")) {
    resent_after_ = *smoothed_;
    return;
  }
  // The other side gathers what it acknowledges for a while: no measurement is finer than that.
  const instant spread = std::max(options_->acknowledged_within, 4 * variation_);
  resent_after_ =
      std::clamp(*smoothed_ + spread, options_->resent_after_min, options_->resent_after_max);
}

void round_trip::back_off() noexcept {
  resent_after_ = std::min(resent_after_ * 2, options_->resent_after_max);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::rpc
