#pragma once

#include <array>
#include <bitset>
#include <chrono>
#include <complex>
#include <cstdint>
#include <deque>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include <rt/serialization.hpp>

namespace archive_test {

enum class color : std::uint8_t { red, green, blue };
enum class flag : bool { off, on };

/// Travels as bytes.
struct point {
  std::int32_t x;
  std::int32_t y;
  friend bool operator==(const point&, const point&) = default;
};

/// Travels by a function of cereal's.
struct person {
  std::string name;
  std::vector<int> marks;
  std::optional<point> home;
  std::map<std::string, std::vector<double>> notes;

  template <class Archive>
  void serialize(Archive& ar) {
    ar(CEREAL_NVP(name), marks, home, notes);
  }
  friend bool operator==(const person&, const person&) = default;
};

struct empty {
  friend bool operator==(empty, empty) = default;
};

/// A chain as long as one likes.
struct chain_link {
  int value = 0;
  std::unique_ptr<chain_link> next;

  template <class Archive>
  void serialize(Archive& ar) {
    ar(value, next);
  }
};

/// A tree through a vector of its own kind.
struct tree {
  std::string label;
  std::vector<tree> children;

  template <class Archive>
  void serialize(Archive& ar) {
    ar(label, children);
  }
  friend bool operator==(const tree&, const tree&) = default;
};

inline person make_person() {
  return {"Ada", {1, 2, 3}, point{4, 5}, {{"a", {1.5, -2.5}}, {"", {}}}};
}

template <class T>
rt::detail::byte_buffer write(const T& value) {
  rt::detail::byte_buffer bytes;
  rt::detail::output_archive out(bytes);
  rt::detail::write_value(out, value);
  return bytes;
}

template <class T>
T read(const rt::detail::byte_buffer& bytes) {
  rt::detail::input_archive in(bytes);
  T value = rt::detail::read_value<T>(in);
  in.expect_end();
  return value;
}

}  // namespace archive_test
