#pragma once

#include "core/variant.hpp"

#include <rt/core/environment.hpp>

#include <cstddef>
#include <cstdint>

namespace rt::store::transfers {
inline namespace RT_LANE_VARIANT {

/// Limits and times of transfers, each by its name.   Units: bytes; nanoseconds.
struct options {
  static constexpr std::uint64_t mib = std::uint64_t{1} << 20;
  static constexpr instant ms = 1'000'000;

  /// Asked for at once.
  std::uint64_t chunk_bytes_max = 4 * mib;
  /// Pieces of one object that are asked for and have not come.
  std::size_t window = 4;
  /// Bytes of all objects that are asked for and have not come. One piece goes beyond it where it
  /// is larger by itself.
  std::uint64_t budget_bytes = 64 * mib;

  /// Requests that this process serves at once, those that wait for bytes still to come included.
  std::size_t served_max = 16;
  /// Processes that the owner sends to one source; further ones are sent to those.
  std::size_t fed_max = 2;
  /// Sources named in one answer.
  std::size_t sources_max = 8;

  /// A source from which nothing has come for so long is slow: others are looked for. Then twice
  /// that, where there are none, up to a limit.
  instant slow_after = 5'000 * ms;
  instant slow_after_max = 40'000 * ms;
  /// Where no source is left, the owner is asked again after so long, then after twice that.
  instant asked_again_after = 20 * ms;
  instant asked_again_after_max = 2'000 * ms;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::store::transfers
