#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <limits>
#include <string>

namespace rt {

/// Holds how long something may take; built implicitly from any duration, fractional ones too.
/// Shape: for ever unless given. Saturates: negative means 0, and what a clock reading plus 2^62 ns
/// (146 years) could not hold means for ever, so that now plus a finite limit never overflows. A
/// fraction of a nanosecond is rounded up, so that only 0 is 0. NaN is remembered as not valid.
/// Units: nanoseconds inside.   Thread: a value; nothing here throws.
class time_limit {
 public:
  constexpr time_limit() noexcept = default;

  template <class Rep, class Period>
  constexpr time_limit(std::chrono::duration<Rep, Period> duration) noexcept
      : ns_(from_duration(duration)) {}

  constexpr bool is_forever() const noexcept { return ns_ == forever; }
  constexpr bool is_zero() const noexcept { return ns_ == 0; }
  constexpr bool is_valid() const noexcept { return ns_ >= 0; }

  /// Returns the limit; `nanoseconds::max()` for ever, 0 where it is not valid.
  constexpr std::chrono::nanoseconds duration() const noexcept {
    return std::chrono::nanoseconds(is_valid() ? ns_ : 0);
  }

  friend constexpr auto operator<=>(time_limit, time_limit) noexcept = default;

 private:
  static constexpr std::int64_t forever = std::numeric_limits<std::int64_t>::max();
  static constexpr std::int64_t not_a_number = -1;
  static constexpr std::int64_t finite_max = std::int64_t{1} << 62;

  template <class Rep, class Period>
  static constexpr std::int64_t from_duration(std::chrono::duration<Rep, Period> given) noexcept {
    // In long double no unit can overflow; below 2^62 it holds every nanosecond exactly.
    const std::chrono::duration<long double, std::nano> wide = given;
    const long double ns = wide.count();
    if (ns != ns) return not_a_number;
    if (ns <= 0) return 0;
    if (ns >= static_cast<long double>(finite_max)) return forever;
    const auto whole = static_cast<std::int64_t>(ns);
    return static_cast<long double>(whole) < ns ? whole + 1 : whole;
  }

  std::int64_t ns_ = forever;
};

/// Returns it in the largest unit that shows it whole, such as "10min" or "500ms"; "forever" for
/// ever.
std::string to_string(time_limit value);

}  // namespace rt
