#pragma once

#include <cstdint>
#include <vector>

#include "rt/core/ids.hpp"
#include "wire/fields.hpp"
#include "wire/limits.hpp"
#include "wire/message_kind.hpp"
#include "wire/messages/leases.hpp"
#include "wire/task_header.hpp"
#include "wire/task_result.hpp"

// Tasks under a lease:
//
//     owner  -> worker  push_notice: tasks for one slot, in the order in which it starts them
//     worker -> owner   started_notice, first in each frame that leaves for the owner anyway
//     worker -> owner   results_notice: answers, as many as there are; each task gets exactly one
//     owner  -> worker  take_back_request: what waits behind a long task is wanted elsewhere
//     worker -> owner   take_back_reply: what had not started, and is forgotten here
//     owner  -> worker  cancel_request, in the session in which the tasks were pushed
//     worker -> owner   cancel_reply; the tasks themselves are still answered, once each
//
// A task that was taken back is answered nowhere else. One that was cancelled before it started
// keeps its place in the slot's order and is answered as cancelled. Of one that is not there the
// worker keeps a tombstone, by which it is answered as cancelled when it comes, pushed or carried
// by a request; until the frame with the reply is acknowledged and nothing that was sent before the
// cancel can still come. Children of a cancelled task are cancelled by the worker where it ran,
// which owns them. What becomes of tasks when a process, a node or the session ends is in
// docs/leases.md.

namespace rt::wire {

/// Sends tasks to one slot, which runs them strictly by `seq`.
struct push_notice {
  static constexpr message_kind kind = message_kind::push_notice;

  std::uint64_t lease = 0;
  std::uint32_t slot = 0;
  /// Of the first task; the others count up from it.
  std::uint64_t first_seq = 0;
  std::vector<task_header> tasks;

  static void fields(auto& of, auto& take) {
    take(of.lease, of.slot, of.first_seq, at_most<limits::tasks_max>(of.tasks));
  }
  friend bool operator==(const push_notice&, const push_notice&) = default;
};

/// Answers tasks, in any order.
struct results_notice {
  static constexpr message_kind kind = message_kind::results_notice;

  std::vector<task_result> results;

  static void fields(auto& of, auto& take) { take(at_most<limits::tasks_max>(of.results)); }
  friend bool operator==(const results_notice&, const results_notice&) = default;
};

/// Tells what has started, of the slots on which that changed since the last frame.
struct started_notice {
  static constexpr message_kind kind = message_kind::started_notice;

  std::vector<slot_mark> slots;

  static void fields(auto& of, auto& take) { take(at_most<limits::slots_max>(of.slots)); }
  friend bool operator==(const started_notice&, const started_notice&) = default;
};

struct take_back_reply;

/// Wants back what has not started on a slot, from a task on.
struct take_back_request {
  static constexpr message_kind kind = message_kind::take_back_request;
  using reply = take_back_reply;

  std::uint64_t lease = 0;
  std::uint32_t slot = 0;
  std::uint64_t first_seq = 0;

  static void fields(auto& of, auto& take) { take(of.lease, of.slot, of.first_seq); }
  friend bool operator==(const take_back_request&, const take_back_request&) = default;
};

struct take_back_reply {
  static constexpr message_kind kind = message_kind::take_back_reply;

  /// All from this on never started, and are forgotten; their numbers are given again.
  std::uint64_t first_seq = 0;

  static void fields(auto& of, auto& take) { take(of.first_seq); }
  friend bool operator==(const take_back_reply&, const take_back_reply&) = default;
};

/// Names one attempt at a task.
struct task_attempt {
  task_id task;
  std::uint32_t owner_index = 0;
  std::uint32_t attempt = 0;

  static constexpr bool fixed = true;
  static void fields(auto& of, auto& take) { take(of.task, of.owner_index, of.attempt); }
  friend bool operator==(const task_attempt&, const task_attempt&) = default;
};

struct cancel_reply;

struct cancel_request {
  static constexpr message_kind kind = message_kind::cancel_request;
  using reply = cancel_reply;

  std::vector<task_attempt> tasks;
  /// End the process of one that runs; possible only where it has one of its own.
  bool force = false;

  static void fields(auto& of, auto& take) { take(at_most<limits::tasks_max>(of.tasks), of.force); }
  friend bool operator==(const cancel_request&, const cancel_request&) = default;
};

enum class cancel_effect : std::uint8_t {
  /// It had not started, and never will.
  never_starts = 0,
  /// It runs, and was told.
  told = 1,
  /// It had ended; its answer is on its way, or was.
  had_ended = 2,
  /// It is not known; a tombstone waits for it.
  not_here = 3,
  /// It runs on a thread, which nobody can end.
  not_isolated = 4,
};
constexpr bool is_known(cancel_effect value) noexcept {
  return value <= cancel_effect::not_isolated;
}

struct cancel_reply {
  static constexpr message_kind kind = message_kind::cancel_reply;

  /// One for each task of the request, in its order.
  std::vector<cancel_effect> effects;

  static void fields(auto& of, auto& take) { take(at_most<limits::tasks_max>(of.effects)); }
  friend bool operator==(const cancel_reply&, const cancel_reply&) = default;
};

}  // namespace rt::wire
