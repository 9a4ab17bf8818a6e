#pragma once

#include <cstdint>

namespace rt {

/// One life of a process: a random number, which stands in each of its frames.
enum class incarnation : std::uint64_t {};

/// Names no process.
inline constexpr incarnation no_incarnation{};

/// Any number may be one: for readers of bytes, which ask this of each enumeration.
constexpr bool is_known(incarnation) noexcept { return true; }

}  // namespace rt
