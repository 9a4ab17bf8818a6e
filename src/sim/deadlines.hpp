#pragma once

#include <cstddef>
#include <vector>

#include "sim/fiber.hpp"

namespace rt::sim {

/// The deadlines of a world's fibers, the first at the front; of equal ones that of the older fiber.
/// Thread: a value; within the room made, nothing needs memory.
class deadlines {
 public:
  /// Makes room for that many fibers.
  void reserve(std::size_t count);

  /// Gives a fiber another deadline; `never` takes it out.
  void set(fiber& sleeper, instant deadline) noexcept;

  bool empty() const noexcept { return heap_.empty(); }
  /// Returns the fiber whose deadline comes first.   Shape: there is one.
  fiber& first() const noexcept { return *heap_.front(); }
  instant next() const noexcept { return heap_.empty() ? never : heap_.front()->deadline_; }

 private:
  static bool earlier(const fiber& a, const fiber& b) noexcept;
  void put(std::size_t place, fiber& one) noexcept;
  void rise(std::size_t place) noexcept;
  void sink(std::size_t place) noexcept;

  std::vector<fiber*> heap_;
};

}  // namespace rt::sim
