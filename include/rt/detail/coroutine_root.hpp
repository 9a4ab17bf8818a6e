#pragma once

#include <rt/detail/cell.hpp>

#include <coroutine>
#include <cstddef>
#include <exception>

namespace rt::detail {

/// A coroutine that runs as a task, from its first step to its end, with those that it awaits inside.
///
/// It goes on step by step: a step ends when it waits for a cell, or when it is through. What suspends
/// only notes here what it waits for. Whoever made the step has left the coroutine altogether when it
/// hands it on, so that nobody touches what another thread may run already.
/// Owner: the frame of the task that runs, or what the engine keeps of a suspended one. Thread: one at
/// a time.
struct coroutine_root {
  /// The cell that its outcome goes to.
  cell* task;
  /// The cell of the stream that a generator yields into; null for others.
  cell* stream = nullptr;
  /// Who goes on at the next step: the innermost of the coroutines that await one another.
  std::coroutine_handle<> next = {};
  /// What it waits for since its last step; the awaiter in the coroutine keeps it.
  cell* awaited = nullptr;
  /// What awaiting throws instead, set by the engine when the wait is given up.
  std::exception_ptr refused = {};
  bool ended = false;
  /// The far side's cell, while a call that went through bytes is suspended. Of the engine's.
  cell* far = nullptr;

  /// Makes the outcome in the task's place. Errors: throws what the coroutine threw.
  void (*finish)(coroutine_root&);
  /// Ends the coroutine and what was kept of its arguments.
  void (*destroy)(coroutine_root&) noexcept;

  static void* operator new(std::size_t bytes) {
    return allocate_cell(bytes, alignof(std::max_align_t));
  }
  static void operator delete(void* memory, std::size_t bytes) noexcept {
    free_cell(memory, bytes, alignof(std::max_align_t));
  }
};

/// Takes over a coroutine of the task that runs on this thread, and makes its first step.
void start(coroutine_root& made);

/// Runs it until it waits or ends; at its end the outcome is made, the root is gone, and the frame's
/// `coroutine` is null.   Errors: throws what the coroutine threw.
void step(coroutine_root& root);

}  // namespace rt::detail
