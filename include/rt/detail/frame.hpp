#pragma once

#include <rt/core/ids.hpp>
#include <rt/detail/thread_context.hpp>

#include <cstdint>

namespace rt::detail {

struct actor_core;
struct call_context;
struct cell;
struct coroutine_root;
class engine;

/// One task that runs on a thread; frames of tasks that run in place lie on those that wait for them.
struct task_frame {
  task_frame* outer;
  engine* outer_runtime;
  cell* task;
  actor_core* actor;
  /// Minted when asked for.
  task_id id = {};
  std::uint32_t attempt = 0;
  /// The method asked for the end of its actor.
  bool exits = false;
  /// This run decided the outcome of its call, not whoever killed the actor.
  bool stored = false;
  /// Known to the record of who waits for whom.
  bool recorded = false;
  /// May a waiter lend what this task holds? Not if it asked for less than a CPU.
  bool lends = true;
  /// The coroutine by which the task goes on; null for a plain function, and at its end.
  coroutine_root* coroutine = nullptr;
};

}  // namespace rt::detail
