#include "app/flag_values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <string>
#include <system_error>

namespace rt::app {
namespace {

struct scaled_unit {
  std::string_view name;
  double size;
};

/// Takes a number off the front of `text`, which keeps what is behind it.
template <class Number>
std::optional<Number> take_number(std::string_view& text) {
  Number number{};
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (status != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_in_any_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

std::optional<amount> read_amount(std::string_view text) {
  const auto number = take_number<double>(text);
  if (!number || !text.empty()) return std::nullopt;
  return amount(*number);
}

std::optional<count> read_count(std::string_view text) {
  const auto number = take_number<std::int64_t>(text);
  if (!number || !text.empty()) return std::nullopt;
  return count(*number);
}

std::optional<byte_count> read_bytes(std::string_view text) {
  static constexpr std::array<scaled_unit, 9> units{{{"B", 1},
                                                     {"KB", 1e3},
                                                     {"MB", 1e6},
                                                     {"GB", 1e9},
                                                     {"TB", 1e12},
                                                     {"KiB", 0x1p10},
                                                     {"MiB", 0x1p20},
                                                     {"GiB", 0x1p30},
                                                     {"TiB", 0x1p40}}};
  // A plain number is read as it is: a double would round what is above 2^53.
  if (const auto plain = read_count(text)) return byte_count(plain->value());
  const auto number = take_number<double>(text);
  if (!number) return std::nullopt;
  if (text.empty()) return byte_count(*number);
  for (const auto& [name, size] : units) {
    if (!equal_in_any_case(text, name)) continue;
    const double bytes = *number * size;
    return byte_count(size == 1 ? bytes : std::round(bytes));
  }
  return std::nullopt;
}

std::optional<time_limit> read_duration(std::string_view text) {
  static constexpr std::array<scaled_unit, 7> units{{{"ns", 1},
                                                     {"us", 1e3},
                                                     {"ms", 1e6},
                                                     {"s", 1e9},
                                                     {"min", 60e9},
                                                     {"h", 3600e9},
                                                     {"d", 86400e9}}};
  if (text == "forever") return time_limit();
  const auto number = take_number<double>(text);
  // A limit would make 0 of what is negative; written down, it is a mistake.
  if (!number || !std::isfinite(*number) || *number < 0) return std::nullopt;
  if (text.empty() && *number == 0) return time_limit(std::chrono::seconds(0));
  for (const auto& [name, size] : units) {
    if (text != name) continue;
    // Rounded, since 0.3 s is no whole number of nanoseconds as a double; but only 0 becomes 0.
    const double ns = *number * size;
    return time_limit(std::chrono::duration<double, std::nano>(ns < 1 ? ns : std::round(ns)));
  }
  return std::nullopt;
}

std::optional<bool> read_switch(std::string_view text) {
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  return std::nullopt;
}

std::optional<resource_set> read_resources(std::string_view text) {
  resource_set resources;
  while (true) {
    const std::string_view item = text.substr(0, text.find(','));
    const std::size_t equals = item.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const auto value = read_amount(item.substr(equals + 1));
    if (!value) return std::nullopt;
    resources.insert({std::string(item.substr(0, equals)), *value});
    if (item.size() == text.size()) return resources;
    text.remove_prefix(item.size() + 1);
  }
}

}  // namespace rt::app
