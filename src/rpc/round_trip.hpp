#pragma once

#include <optional>

#include "core/variant.hpp"
#include "rpc/session_options.hpp"
#include "rt/core/environment.hpp"

namespace rt::rpc {
inline namespace RT_LANE_VARIANT {

/// Estimates how long the other side takes to acknowledge a frame, and says after how long without that
/// one is sent again.
///
/// Only frames that were sent once are measured: of one that was sent again nobody knows which is
/// acknowledged. What was doubled stays so until there is a new measurement.
/// Thread: a value.   Source: RFC 6298.
class round_trip {
 public:
  explicit round_trip(const session_options& options) noexcept
      : options_(&options), resent_after_(options.resent_after) {}

  /// A frame that was sent once was acknowledged so much later.
  void measured(instant took) noexcept;
  /// Something was sent again: the next time it is twice as late, up to the limit.
  void back_off() noexcept;

  instant resent_after() const noexcept { return resent_after_; }

 private:
  const session_options* options_;
  /// Nothing before the first measurement.
  std::optional<instant> smoothed_;
  instant variation_ = 0;
  instant resent_after_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::rpc
