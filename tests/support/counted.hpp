#pragma once

#include <atomic>
#include <utility>

namespace support {

/// A value that counts how often any of its kind was copied and moved. It travels.
struct counted {
  int value = 0;

  static inline std::atomic<int> copies{0};
  static inline std::atomic<int> moves{0};

  static void reset() {
    copies = 0;
    moves = 0;
  }

  counted() = default;
  explicit counted(int v) : value(v) {}
  counted(const counted& other) : value(other.value) { ++copies; }
  counted(counted&& other) noexcept : value(std::exchange(other.value, -1)) { ++moves; }
  counted& operator=(const counted& other) {
    value = other.value;
    ++copies;
    return *this;
  }
  counted& operator=(counted&& other) noexcept {
    value = std::exchange(other.value, -1);
    ++moves;
    return *this;
  }
  ~counted() = default;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(value);
  }
};

}  // namespace support
