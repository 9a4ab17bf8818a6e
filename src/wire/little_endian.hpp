#pragma once

#include <cstddef>
#include <type_traits>

namespace rt::wire {

// By shifts, which say the same on every machine; compilers make one move of them.

template <class Unsigned>
Unsigned load_little_endian(const std::byte* from) noexcept {
  static_assert(std::is_unsigned_v<Unsigned>);
  Unsigned value = 0;
  for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
    value = static_cast<Unsigned>(value | static_cast<Unsigned>(from[i]) << (8 * i));
  }
  return value;
}

template <class Unsigned>
void store_little_endian(std::byte* to, Unsigned value) noexcept {
  static_assert(std::is_unsigned_v<Unsigned>);
  for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
    to[i] = static_cast<std::byte>(value >> (8 * i));
  }
}

}  // namespace rt::wire
