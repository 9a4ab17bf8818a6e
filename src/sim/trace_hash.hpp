#pragma once

#include <cstdint>

#include "sim/random_stream.hpp"

namespace rt::sim {

/// Sums up a run: two runs that took the same steps have the same value, with any compiler. It takes
/// in numbers only: no addresses, names, or floating point.
class trace_hash {
 public:
  void add(std::uint64_t word) noexcept { value_ = random_stream::mixed(value_ * 3 + word + 1); }
  std::uint64_t value() const noexcept { return value_; }

 private:
  std::uint64_t value_ = 0;
};

}  // namespace rt::sim
