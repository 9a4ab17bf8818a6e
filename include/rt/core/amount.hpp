#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

namespace rt {

/// Holds an amount of a resource, such as half a CPU, exactly.
/// Shape: a whole number of ten-thousandths, so that adding and taking back never drifts. Built
/// implicitly from any arithmetic type, rounded to the nearest; what is no such number (NaN, beyond
/// `limit`, or so small that it would become 0) is remembered as not valid, and reported by the
/// option's check, which knows the option's name.
/// Thread: a value; nothing here throws.
class amount {
 public:
  static constexpr std::int64_t per_one = 10'000;
  /// The largest amount: sums of some ninety of them still fit.
  static constexpr std::int64_t limit = 10'000'000'000'000;

  constexpr amount() noexcept = default;

  template <class Number, class = std::enable_if_t<std::is_arithmetic_v<Number>>>
  constexpr amount(Number value) noexcept {
    if constexpr (std::is_floating_point_v<Number>) {
      units_ = from_floating(value);
    } else if constexpr (std::is_signed_v<Number>) {
      units_ = from_signed(value);
    } else {
      units_ = from_unsigned(value);
    }
  }

  /// Returns the amount that is so many ten-thousandths.
  static constexpr amount of_ten_thousandths(std::int64_t units) noexcept {
    amount made;
    made.units_ = units;
    return made;
  }

  /// Returns it as ten-thousandths; has no meaning where the amount is not valid.
  constexpr std::int64_t ten_thousandths() const noexcept { return units_; }

  /// Tells whether it was made from a number that has a meaning here.
  constexpr bool is_valid() const noexcept {
    return units_ >= -limit * per_one && units_ <= limit * per_one;
  }

  constexpr double to_double() const noexcept {
    return static_cast<double>(units_) / static_cast<double>(per_one);
  }

  explicit constexpr operator bool() const noexcept { return units_ != 0; }
  friend constexpr auto operator<=>(amount, amount) noexcept = default;

  friend constexpr amount operator+(amount a, amount b) noexcept {
    return of_ten_thousandths(a.units_ + b.units_);
  }
  friend constexpr amount operator-(amount a, amount b) noexcept {
    return of_ten_thousandths(a.units_ - b.units_);
  }
  constexpr amount& operator+=(amount other) noexcept { return *this = *this + other; }
  constexpr amount& operator-=(amount other) noexcept { return *this = *this - other; }

 private:
  static constexpr std::int64_t not_a_number = std::numeric_limits<std::int64_t>::min();
  static constexpr std::int64_t too_small = not_a_number + 1;
  static constexpr std::int64_t too_fine = not_a_number + 2;
  static constexpr std::int64_t too_large = std::numeric_limits<std::int64_t>::max();

  template <class Number>
  static constexpr std::int64_t from_floating(Number value) noexcept {
    if (value != value) return not_a_number;
    if (value > static_cast<Number>(limit)) return too_large;
    if (value < -static_cast<Number>(limit)) return too_small;
    const Number scaled = value * static_cast<Number>(per_one);
    const auto rounded = static_cast<std::int64_t>(scaled < 0 ? scaled - static_cast<Number>(0.5)
                                                              : scaled + static_cast<Number>(0.5));
    return rounded == 0 && value != 0 ? too_fine : rounded;
  }

  static constexpr std::int64_t from_signed(std::int64_t value) noexcept {
    if (value > limit) return too_large;
    return value < -limit ? too_small : value * per_one;
  }

  static constexpr std::int64_t from_unsigned(std::uint64_t value) noexcept {
    return value > static_cast<std::uint64_t>(limit) ? too_large
                                                     : static_cast<std::int64_t>(value) * per_one;
  }

  friend std::string to_string(amount);

  std::int64_t units_ = 0;
};

/// Returns the shortest decimal number that is the amount, such as "0.5"; for one that is not valid
/// what is wrong with it, such as "not a number".
std::string to_string(amount value);

}  // namespace rt
