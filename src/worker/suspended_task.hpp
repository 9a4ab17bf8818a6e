#pragma once

#include "lane/atomic.hpp"
#include "worker/resources.hpp"

#include <rt/core/environment.hpp>
#include <rt/detail/cell.hpp>
#include <rt/detail/frame.hpp>

#include <cstdint>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

class runtime_engine;
struct actor_state;
struct suspended_task;

struct resume_hook : detail::continuation {
  suspended_task* home = nullptr;
};

/// What the engine keeps of a coroutine that has waited, and what lies in queues when it may go on.
///
/// `word` says whose it is. The thread that makes a step is its only one; when that has left the
/// coroutine it hangs `hook` on the awaited cell and lets go. Who completes that cell, or gives the wait
/// up, wins it by one exchange and queues it; who draws it makes the next step.
/// Shape: a cell only to lie in queues: its phase keeps it from being claimed, so that who draws a task
/// need not ask what it is.
/// Owner: counted by engine references: the record of all suspensions', the hook's, a queue's.
struct suspended_task final : detail::cell {
  enum state : std::uint32_t {
    awake,        ///< a thread makes a step
    parking,      ///< the hook hangs already; the thread that hung it has yet to let go
    fired,        ///< the awaited cell was completed in between: it goes on with the same thread
    parked,       ///< waits
    queued,       ///< lies in a queue, or in its actor's list
    interrupted,  ///< the same, and what it waited for need not be there
  };

  suspended_task(const detail::cell_type& type, runtime_engine& its_engine, detail::cell& its_task,
                 actor_state* its_actor, const detail::task_frame& left) noexcept
      : cell(type, detail::engine_reference, detail::phase::running, its_task.runtime),
        engine(&its_engine),
        task(&its_task),
        actor(its_actor),
        frame(left) {
    hook.home = this;
    frame.outer = nullptr;
    frame.recorded = false;
  }

  runtime_engine* engine;
  /// Kept by a reference until it is complete.
  detail::cell* task;
  actor_state* actor;
  /// The task's frame, between its steps and during them.
  detail::task_frame frame;
  resume_hook hook;
  lane::atomic<std::uint32_t> word{awake};
  /// Its wait was given up: it never waits again, and the hook may still hang.
  bool ended_early = false;

  /// May a driver's thread go on with it? The task itself may be gone while this lies in a queue.
  bool in_caller = true;
  /// The far side's cell of a call that went through bytes.
  detail::cell* far = nullptr;
  /// Shapes: its CPUs alone, which it asks for again to go on, and all else, which it keeps.
  std::uint32_t cpu_shape = 0;
  std::uint32_t kept_shape = 0;
  /// Whoever began it still holds all of its shape, and gives that back.
  bool just_begun = true;
  /// The timer of a deadline that it inherits.
  instant deadline = never;

  // Kept by the record of all suspensions, under its lock.
  detail::cell* awaited = nullptr;
  suspended_task* next_suspended = nullptr;
  suspended_task* previous_suspended = nullptr;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
