#pragma once

#include <cstddef>
#include <string>

namespace support {

inline constexpr std::size_t mib = std::size_t{1} << 20;

/// Returns a text in which any change, and any piece in a wrong place, shows.
inline std::string text_of(std::size_t size, int value) {
  std::string made(size, '\0');
  for (std::size_t i = 0; i < size; ++i) {
    made[i] = static_cast<char>(static_cast<std::size_t>(value) + i * 31 + (i >> 8));
  }
  return made;
}

}  // namespace support
