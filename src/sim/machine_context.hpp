#pragma once

#include <cstddef>

// Our own switch where we have one: that of the C library asks the kernel for the signal mask each
// time, which costs twenty times as much. RT_SIM_UCONTEXT chooses the C library's all the same.
#if (defined(__x86_64__) || defined(__aarch64__)) && !defined(RT_SIM_UCONTEXT)
#define RT_SIM_OWN_SWITCH 1
#else
#define RT_SIM_OWN_SWITCH 0
#include <ucontext.h>
#endif

namespace rt::sim {

/// The registers of a function that was left in its middle, with the stack that they point into.
/// Thread: prepared and switched on one thread.
class machine_context {
 public:
  using entry_function = void (*)(void*);

  machine_context() = default;
  machine_context(const machine_context&) = delete;
  machine_context& operator=(const machine_context&) = delete;

  /// Makes the first switch to this context call `entry(argument)` on the given stack. `entry` never
  /// returns: it leaves by a last switch.
  void prepare(void* stack, std::size_t bytes, entry_function entry, void* argument) noexcept;

  /// Leaves the running function, kept in `from`, and goes on with the one kept in `to`.
  static void swap(machine_context& from, machine_context& to) noexcept;

 private:
#if RT_SIM_OWN_SWITCH
  void* stack_pointer_ = nullptr;
#else
  static void enter(unsigned high, unsigned low);
  ucontext_t registers_;
  entry_function entry_ = nullptr;
  void* argument_ = nullptr;
#endif
};

}  // namespace rt::sim
