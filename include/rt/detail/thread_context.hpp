#pragma once

#include <cstdint>

namespace rt::detail {

struct cell;
struct task_frame;
class engine;

/// What the runtime keeps for one thread of execution: an operating system thread, or a fiber of the
/// simulator, which sets `current_context` at each switch.
/// Thread: touched only by its own thread, except where a member says otherwise.
struct thread_context {
  /// The runtime that the running task belongs to; null on a thread that runs none.
  engine* runtime = nullptr;
  /// The innermost task that runs on this thread; null outside tasks.
  task_frame* frame = nullptr;
  /// Cells whose last reference is gone and which wait to be destroyed, linked by `next`.
  cell* doomed = nullptr;
  bool destroying = false;
  /// The lowest usable address of this thread's stack; 0 until asked for.
  std::uintptr_t stack_limit = 0;
  /// This thread's part of the runtime numbered `member_of`, whatever that keeps for it.
  void* member = nullptr;
  std::uint32_t member_of = 0;
  /// Called with `member` when the thread ends.
  void (*leave)(thread_context&) noexcept = nullptr;

  thread_context() = default;
  thread_context(const thread_context&) = delete;
  thread_context& operator=(const thread_context&) = delete;
  ~thread_context() {
    if (leave != nullptr) leave(*this);
  }
};

/// The context of the code that runs now; null means the thread's own one has not been asked for.
/// Only the simulator writes it, when it switches fibers.
extern constinit thread_local thread_context* current_context;

/// Makes the thread's own context and remembers it in `current_context`.
thread_context& make_context();

inline thread_context& this_context() {
  thread_context* context = current_context;
  return context != nullptr ? *context : make_context();
}

}  // namespace rt::detail
