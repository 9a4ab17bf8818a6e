#pragma once

#include <cstddef>
#include <utility>

namespace rt::sim {

/// The memory of a fiber's stack, below it a page that nobody may touch.
/// Owner: gives the memory back to this thread's pool, from which the next one takes it.
/// Units: 8 MiB of addresses each, of which only what is touched becomes memory. So large because
/// how deep a `get` may run tasks in place depends on what is left, and that must not depend on how
/// large the compiler makes a frame.
class fiber_stack {
 public:
  /// Errors: std::bad_alloc when the system gives no more addresses.
  fiber_stack();
  ~fiber_stack();
  fiber_stack(fiber_stack&& other) noexcept : lowest_(std::exchange(other.lowest_, nullptr)) {}
  fiber_stack& operator=(fiber_stack&&) = delete;

  /// Returns the lowest usable address.
  void* lowest() const noexcept { return lowest_; }
  static constexpr std::size_t bytes = std::size_t{8} << 20;

  /// Keeps the stack for ever, with all that is reachable from it: of a fiber that never ends.
  void abandon() noexcept;

 private:
  void* lowest_;
};

}  // namespace rt::sim
