#pragma once

#include "lane/spin_lock.hpp"
#include "store/transfers/effects.hpp"
#include "wire/task_header.hpp"
#include "worker/remote/brought_value.hpp"
#include "worker/remote/object_content.hpp"
#include "worker/remote/session_names.hpp"

#include <rt/core/environment.hpp>
#include <rt/core/errc.hpp>
#include <rt/core/ids.hpp>
#include <rt/detail/cell.hpp>
#include <rt/detail/function_record.hpp>
#include <rt/detail/payload.hpp>

#include <cstdint>
#include <exception>
#include <memory>
#include <string>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

struct pushed_task;

/// How a pushed task has ended.
struct pushed_outcome {
  /// The value as bytes, or, where it failed, the exception.
  detail::payload bytes;
  /// Where the value is too large for a message: all but what it refers to.
  std::unique_ptr<written_content> content;
  bool failed = false;
  /// Of what it failed with.
  errc code = errc::user_exception;
  std::string text = {};
  /// Of an actor's call: that is dead now.
  bool actor_died = false;
  /// Units: nanoseconds.
  std::uint64_t run_ns = 0;
};

/// Hears what becomes of pushed tasks.   Thread: any; never blocks.
class pushed_listener {
 public:
  /// It has ended, and is the listener's again. Comes once for each that was begun.
  virtual void ended(pushed_task& task, pushed_outcome&& how) noexcept = 0;
  /// It waits, and has lent what it holds: another may run in its place.
  virtual void blocked(pushed_task& task) noexcept = 0;

 protected:
  ~pushed_listener() = default;
};

/// A task that another process has pushed here, from its arrival until its outcome is there.
///
/// What came is bytes until a slot begins it: reading them is the user's code. Then it is a cell of
/// the engine's as any other, under the engine's own number.
/// Shape: itself a cell only to lie in queues, where nobody can claim it.
/// Owner: whoever made it; the engine from `begin_pushed` until `ended`.
struct pushed_task final : detail::cell {
  pushed_task(const detail::cell_type& type, std::uint32_t runtime, environment& world,
              pushed_listener& who) noexcept
      : cell(type, detail::engine_reference, detail::phase::running, runtime),
        listener(&who),
        lock(world) {}

  pushed_listener* listener;
  /// Where the listener keeps it.
  std::uint64_t place = 0;

  /// Null where this binary has no such function; `identity` says which.
  const detail::function_record* function = nullptr;
  std::string identity;
  brought_value arguments;
  /// Why they cannot be had.
  std::exception_ptr unreadable;
  /// They are being brought; and it is to begin when they are here.
  store::transfers::wait_number fetching{};
  bool is_due = false;
  task_id id;
  job_id job;
  std::uint32_t attempt = 0;
  instant deadline = never;
  std::string name;
  /// What it holds while it runs, by the engine's numbering.
  std::uint32_t shape = 0;
  /// Of an actor: it makes the object, and is no call.
  bool constructs = false;
  /// Whoever called is this process: what comes of it travels in no message.
  bool stays = false;

  instant began_at = 0;
  lane::spin_lock lock;
  // Guarded by `lock`.
  /// What runs, from its begin to its end; kept by a reference of the engine's.
  detail::cell* task = nullptr;
  bool cancelled = false;
};

/// Ends what is kept beside a cell's header.
void end_pushed(detail::cell& any) noexcept;

/// Writes down what came of a task that is complete, to leave this process or to stay in it.
/// Errors: of the user's, from writing.   Thread: not under the baton.
void write_outcome(detail::cell& task, bool stays, pushed_outcome& how);
pushed_outcome failed_with(const std::exception_ptr& failure);

/// Fills in what a header says of a task, but for its arguments.
void take_header(pushed_task& task, const wire::task_header& header, const session_names& names,
                 instant now);

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
