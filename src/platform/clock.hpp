#pragma once

#include <ctime>

#include "rt/core/environment.hpp"

namespace rt::platform {

inline constexpr instant nanoseconds_per_second = 1'000'000'000;

/// Returns the time of CLOCK_MONOTONIC.
inline instant monotonic_now() noexcept {
  timespec now;
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<instant>(now.tv_sec) * nanoseconds_per_second + now.tv_nsec;
}

/// Returns `when` as the kernel takes it; what lies before the clock's start becomes the start.
inline timespec to_timespec(instant when) noexcept {
  if (when < 0) when = 0;
  timespec result{};
  result.tv_sec = static_cast<std::time_t>(when / nanoseconds_per_second);
  result.tv_nsec = static_cast<long>(when % nanoseconds_per_second);
  return result;
}

}  // namespace rt::platform
