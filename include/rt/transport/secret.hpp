#pragma once

#include <array>
#include <cstddef>

namespace rt {

/// What all processes of a cluster know and nobody else: who has it may speak.
/// Shape: 32 random bytes. Never in a log, an argument or a metric.
struct secret {
  static constexpr std::size_t size = 32;

  std::array<std::byte, size> bytes = {};
};

}  // namespace rt
