#pragma once

#include <cstddef>
#include <optional>

#include "rt/detail/thread_context.hpp"
#include "sim/fiber_stack.hpp"
#include "sim/machine_context.hpp"

namespace rt::sim {

/// One line of execution on a thread that has several: its stack and registers, and what the
/// language and the runtime keep for each thread (the exceptions being handled, `current_context`).
/// Lifecycle: made, switched to, left by a last switch, destroyed from another.
/// Thread: all on one.
class execution {
 public:
  /// Stands for what the thread runs already.
  execution();
  /// Will call `entry(argument)` on a stack of its own when first switched to; `entry` calls
  /// `arrive` first and leaves by `switch_to(…, last)`.
  execution(machine_context::entry_function entry, void* argument);
  ~execution();
  execution(const execution&) = delete;
  execution& operator=(const execution&) = delete;

  enum class leaving { for_now, for_good };

  /// Leaves this execution, which is the running one, for `next`. Returns when someone switches back.
  void switch_to(execution& next, leaving how = leaving::for_now) noexcept;

  /// Completes the first switch to this execution.
  void arrive() noexcept;

  /// Returns the lowest usable address of its stack; it has one of its own.
  void* stack_lowest() const noexcept { return stack_->lowest(); }

  /// Gives the stack up with all that it holds: this execution was left in its middle for ever.
  void abandon() noexcept;

 private:
  /// The part of `__cxa_get_globals` that belongs to a line of execution.
  struct exception_state {
    void* caught;
    std::size_t uncaught;
  };

  machine_context registers_;
  std::optional<fiber_stack> stack_;
  exception_state exceptions_{};
  rt::detail::thread_context* context_ = nullptr;
  // What the sanitizers keep for a stack; null without them.
  [[maybe_unused]] void* fake_stack_ = nullptr;
  const void* stack_bottom_ = nullptr;
  std::size_t stack_bytes_ = 0;
  [[maybe_unused]] void* race_state_ = nullptr;
};

}  // namespace rt::sim
