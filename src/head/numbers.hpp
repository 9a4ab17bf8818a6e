#pragma once

#include <cstdint>

namespace rt::head {

/// One life of a head: each has a higher one than all before it over the same log.
enum class term : std::uint64_t {};

/// Counts the records of a log, from 1.   Shape: 0 is before the first.
enum class position : std::uint64_t {};

constexpr position after(position at, std::uint64_t records = 1) noexcept {
  return position{static_cast<std::uint64_t>(at) + records};
}

/// Names a request that waits for its answer; the edge gives it and knows whose it is.
enum class ticket : std::uint64_t {};

}  // namespace rt::head
