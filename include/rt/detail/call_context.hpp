#pragma once

#include <rt/call_options.hpp>
#include <rt/core/environment.hpp>
#include <rt/core/ids.hpp>
#include <rt/detail/cell.hpp>
#include <rt/task_options.hpp>

#include <atomic>
#include <cstdint>
#include <string>

namespace rt::detail {

/// What is said of a task beyond its function: options, deadline, and under which task it was called.
///
/// A task that calls others makes one of its own, which its children share unless they bring options:
/// so a cancelled ancestor is found by walking up, and nobody keeps lists of children.
/// Owner: counted; each keeps its parent alive. Thread: constant after it was published in a cell,
/// except for the atomics.
struct call_context {
  std::atomic<std::uint32_t> references{1};
  /// Set when the owning task is cancelled: all that was called under it is cancelled too.
  std::atomic<bool> cancelled{false};
  /// The task whose own context this is; a tag, never followed.
  const cell* owner = nullptr;
  call_context* parent = nullptr;
  /// Past it the task is cancelled; children inherit it.
  instant deadline = never;
  /// When it fails because nothing here has what it asks for; set once that is known.
  instant unschedulable_at = never;
  /// What tools show instead of the function's name; empty for none.
  std::string name;
  task_id id;
  /// Of a task that another process has pushed here, and of what is called under it.
  job_id job;
  /// The resource shape, by the engine's numbering; 0 is one CPU and nothing else.
  std::uint32_t shape = 0;
  std::int64_t retries_left = 0;
  std::uint32_t attempt = 0;
  bool retry_exceptions = false;
  bool in_caller = true;
  /// Made for children only: the deadline has no timer here.
  bool inherits_deadline = false;

  bool cancelled_above() const noexcept {
    for (const call_context* at = this; at != nullptr; at = at->parent) {
      // Sequentially consistent: a coroutine looks after it has parked, the canceller for who has after its
      // mark.
      if (at->cancelled.load(std::memory_order_seq_cst)) return true;
    }
    return false;
  }
};

void release(call_context& context) noexcept;
inline void retain(call_context& context) noexcept {
  context.references.fetch_add(1, std::memory_order_relaxed);
}

/// May the function take its arguments apart? Not if it might have to be called with them again.
inline bool last_attempt(const cell& task) noexcept {
  const call_context* context = task.context.load(std::memory_order_relaxed);
  return context == nullptr || context->owner != &task || !context->retry_exceptions ||
         context->retries_left == 0;
}

}  // namespace rt::detail
