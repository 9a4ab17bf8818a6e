#include "rt/core/time_limit.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace rt {

std::string to_string(time_limit value) {
  if (!value.is_valid()) return "not a number";
  if (value.is_forever()) return "forever";
  constexpr std::array<std::pair<std::int64_t, std::string_view>, 6> units{{
      {3'600'000'000'000, "h"},
      {60'000'000'000, "min"},
      {1'000'000'000, "s"},
      {1'000'000, "ms"},
      {1'000, "us"},
      {1, "ns"},
  }};
  const std::int64_t ns = value.duration().count();
  if (ns == 0) return "0s";
  for (const auto& [size, name] : units) {
    if (ns % size == 0) return std::to_string(ns / size).append(name);
  }
  return std::to_string(ns) + "ns";
}

}  // namespace rt
