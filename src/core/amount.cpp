#include "rt/core/amount.hpp"

namespace rt {

std::string to_string(amount value) {
  switch (value.units_) {
    case amount::not_a_number: return "not a number";
    case amount::too_small: return "too small a number";
    case amount::too_fine: return "less than 0.0001";
    case amount::too_large: return "too large a number";
    default: break;
  }
  const std::int64_t units = value.units_;
  const std::uint64_t magnitude =
      units < 0 ? 0 - static_cast<std::uint64_t>(units) : static_cast<std::uint64_t>(units);
  std::string text = units < 0 ? "-" : "";
  text += std::to_string(magnitude / amount::per_one);
  std::uint64_t fraction = magnitude % amount::per_one;
  if (fraction == 0) return text;
  text += '.';
  for (std::uint64_t digit = amount::per_one / 10; fraction != 0; digit /= 10) {
    text += static_cast<char>('0' + fraction / digit);
    fraction %= digit;
  }
  return text;
}

}  // namespace rt
