#pragma once

#include <bit>
#include <cstddef>
#include <cstring>
#include <type_traits>

namespace rt::wire {

// By one move where memory is so anyway: g++ 12 does not make one of the shifts, and a task header then
// takes a fifth longer both ways.

template <class Unsigned>
Unsigned load_little_endian(const std::byte* from) noexcept {
  static_assert(std::is_unsigned_v<Unsigned>);
  Unsigned value = 0;
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&value, from, sizeof value);
    return value;
  }
  for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
    value = static_cast<Unsigned>(value | static_cast<Unsigned>(from[i]) << (8 * i));
  }
  return value;
}

template <class Unsigned>
void store_little_endian(std::byte* to, Unsigned value) noexcept {
  static_assert(std::is_unsigned_v<Unsigned>);
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(to, &value, sizeof value);
    return;
  }
  for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
    to[i] = static_cast<std::byte>(value >> (8 * i));
  }
}

}  // namespace rt::wire
