#pragma once

#include "wire/attempt_numbers.hpp"

#include <compare>
#include <cstdint>

// Numbers by which callers, hosts and owners speak of actors and their calls. On the wire they are
// plain integers of the same width.
namespace rt::wire {

/// Counts the lives of an actor; its owner mints them.   Shape: from 1; 0 is none.
enum class epoch_number : std::uint64_t {};

constexpr epoch_number next(epoch_number after) noexcept {
  return epoch_number{static_cast<std::uint64_t>(after) + 1};
}

/// Counts a caller's calls of one actor, across its epochs.   Shape: from 1; 0 is none.
enum class call_seq : std::uint64_t {};

constexpr call_seq operator+(call_seq from, std::uint64_t steps) noexcept {
  return call_seq{static_cast<std::uint64_t>(from) + steps};
}
/// Counts the steps from the second to the first, which is not before it.
constexpr std::uint64_t operator-(call_seq to, call_seq from) noexcept {
  return static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
}

}  // namespace rt::wire
