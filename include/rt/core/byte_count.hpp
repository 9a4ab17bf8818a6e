#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <type_traits>

#include "rt/core/count.hpp"

namespace rt {

/// Holds a size in memory; built implicitly from any arithmetic type.
/// Units: bytes.   Shape: a whole number; what is none (NaN, a fraction, beyond 2^60) is remembered as
/// not valid, and reported by the option's check.
/// Thread: a value; nothing here throws.
class byte_count {
 public:
  constexpr byte_count() noexcept = default;

  template <class Number, class = std::enable_if_t<std::is_arithmetic_v<Number>>>
  constexpr byte_count(Number value) noexcept : bytes_(detail::to_whole(value)) {}

  constexpr std::int64_t bytes() const noexcept { return bytes_; }
  constexpr bool is_valid() const noexcept {
    return bytes_ >= -detail::whole_limit && bytes_ <= detail::whole_limit;
  }

  friend constexpr auto operator<=>(byte_count, byte_count) noexcept = default;
  friend std::string to_string(byte_count value) { return detail::whole_text(value.bytes_); }

 private:
  std::int64_t bytes_ = 0;
};

}  // namespace rt
