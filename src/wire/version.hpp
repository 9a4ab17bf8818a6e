#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

namespace rt::wire {

/// Names the versions of the protocol that a process speaks, all from the oldest to the newest.
/// Shape: 0 is no version; one whose oldest is beyond its newest is empty.
struct version_range {
  std::uint16_t oldest = 0;
  std::uint16_t newest = 0;

  /// Returns the newest version that both speak; nothing where there is none.
  std::optional<std::uint16_t> common_with(const version_range& other) const noexcept {
    const std::uint16_t high = std::min(newest, other.newest);
    const std::uint16_t low = std::max(oldest, other.oldest);
    if (high == 0 || low > high) return std::nullopt;
    return high;
  }

  static constexpr bool fixed = true;
  static void fields(auto& of, auto& take) { take(of.oldest, of.newest); }
  friend bool operator==(const version_range&, const version_range&) = default;
};

/// What this source speaks.
inline constexpr version_range spoken_versions{1, 1};

}  // namespace rt::wire
