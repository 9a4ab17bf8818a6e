#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

namespace rt {

namespace detail {

inline constexpr std::int64_t whole_not_a_number = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int64_t whole_too_small = whole_not_a_number + 1;
inline constexpr std::int64_t whole_fraction = whole_not_a_number + 2;
inline constexpr std::int64_t whole_too_large = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t whole_limit = std::int64_t{1} << 60;

/// Returns `value` as a whole number within `whole_limit`, or one of the marks above.
template <class Number>
constexpr std::int64_t to_whole(Number value) noexcept {
  if constexpr (std::is_floating_point_v<Number>) {
    if (value != value) return whole_not_a_number;
    if (value > static_cast<Number>(whole_limit)) return whole_too_large;
    if (value < -static_cast<Number>(whole_limit)) return whole_too_small;
    const auto whole = static_cast<std::int64_t>(value);
    return static_cast<Number>(whole) == value ? whole : whole_fraction;
  } else if constexpr (std::is_signed_v<Number>) {
    const std::int64_t wide = value;
    if (wide > whole_limit) return whole_too_large;
    return wide < -whole_limit ? whole_too_small : wide;
  } else {
    const std::uint64_t wide = value;
    return wide > static_cast<std::uint64_t>(whole_limit) ? whole_too_large
                                                          : static_cast<std::int64_t>(wide);
  }
}

/// Returns the number in decimal, or what is wrong with it, such as "not a whole number".
std::string whole_text(std::int64_t value);

}  // namespace detail

/// Holds how many there are or may be; built implicitly from any arithmetic type.
/// Shape: a whole number; -1 means no limit where the option says so. What is none (NaN, a fraction,
/// beyond 2^60) is remembered as not valid, and reported by the option's check.
/// Thread: a value; nothing here throws.
class count {
 public:
  constexpr count() noexcept = default;

  template <class Number, class = std::enable_if_t<std::is_arithmetic_v<Number>>>
  constexpr count(Number value) noexcept : value_(detail::to_whole(value)) {}

  constexpr std::int64_t value() const noexcept { return value_; }
  constexpr bool is_valid() const noexcept {
    return value_ >= -detail::whole_limit && value_ <= detail::whole_limit;
  }
  constexpr bool is_unlimited() const noexcept { return value_ == -1; }

  friend constexpr auto operator<=>(count, count) noexcept = default;
  friend std::string to_string(count value) { return detail::whole_text(value.value_); }

 private:
  std::int64_t value_ = 0;
};

}  // namespace rt
