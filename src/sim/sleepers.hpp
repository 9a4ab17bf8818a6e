#pragma once

#include <cstddef>
#include <vector>

#include "sim/fiber.hpp"

namespace rt::sim {

/// The fibers of a world that sleep, by what they sleep on.
///
/// Those that sleep on one key lie in the order in which they fell asleep. Addresses decide where a key is
/// looked up, and nothing else.
/// Thread: a value; adding, finding and taking out need no memory.
class sleepers {
 public:
  /// Makes room for that many.
  void reserve(std::size_t count);

  void add(fiber& sleeper) noexcept;
  void remove(fiber& sleeper) noexcept;

  bool empty() const noexcept { return count_ == 0; }
  /// Returns the first that sleeps on `key`; null where none does.
  fiber* first_on(const sleep_key& key) const noexcept;
  /// Returns the next one that sleeps on the same.
  static fiber* next_on_same(const fiber& sleeper) noexcept;

 private:
  struct bucket {
    fiber* first = nullptr;
    fiber* last = nullptr;
  };

  std::size_t place_of(const sleep_key& key) const noexcept;
  static fiber* first_from(fiber* at, const sleep_key& key) noexcept;

  std::vector<bucket> buckets_ = std::vector<bucket>(16);  // a power of two
  std::size_t count_ = 0;
};

}  // namespace rt::sim
