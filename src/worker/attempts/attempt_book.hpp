#pragma once

#include "worker/attempts/effects.hpp"
#include "worker/attempts/held_slot.hpp"
#include "worker/attempts/held_task.hpp"
#include "worker/attempts/task_class.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace rt::worker::attempts {
inline namespace RT_LANE_VARIANT {

struct book_options {
  /// A slot whose first task has run so long gets nothing behind it; what waits there has more slots
  /// asked for, and is taken back when another of its class is free.
  std::chrono::nanoseconds take_back_after = std::chrono::milliseconds(1);
  /// Slots for which there is nothing to do are given back after so long.
  std::chrono::nanoseconds idle_for = std::chrono::milliseconds(2);
};

/// How many slots are to be asked for, and how many tasks the request may carry.
struct want {
  std::uint32_t slots = 0;
  std::uint32_t carried_max = 0;
};

/// A slot that takes so many more tasks now.
struct room {
  held_index slot{};
  std::uint32_t tasks = 0;
};

/// Knows what this process has asked of nodes and which of its tasks were sent there, and decides
/// what becomes of each: it is answered, sent again, or ends without an answer. docs/leases.md has
/// the protocol.
///
/// A value: it decides, and says in `effects` what is to be done. Tasks that wait stay in their
/// class's queue, where anyone may claim them; the book is told how many they are. What the edge
/// drew goes in by `asked` and `push`, and comes out once: `answered` says that an answer counts,
/// or it stands in `effects::again` or `effects::failures`.
/// Shape: the same steps give the same effects. What comes of a session that has ended is passed
/// over.
/// Thread: belongs to the loop; never blocks.
class attempt_book {
 public:
  explicit attempt_book(const book_options& options) : options_(options) {}

  /// Makes a class.   Shape: numbers count from 0.
  class_number open_class(const class_options& options);
  /// Has a class's depth or limits be others from now on.
  void change_class(class_number of, const class_options& options);

  /// Tells how many tasks wait in a class's queue. Requests that nobody needs any more are
  /// withdrawn.
  void waiting(class_number of, std::uint64_t count, effects& out);

  // Leases.

  /// Says what is to be asked of a node, if anything.   Shape: not before there is no room.
  std::optional<want> next_want(class_number of, instant now) const;

  /// Tells that a node was asked, and which of the waiting tasks the request carries.
  void asked(session_number session, request_number request, class_number of, std::uint32_t slots,
             std::span<const attempt> carried, effects& out);

  /// The node has granted slots. What it took of the carried tasks lies on them round by round.
  void granted(session_number session, request_number request, lease_number lease,
               std::span<const slot_number> slots, std::span<const owner_index> handed_back,
               instant now, effects& out);

  /// The node has named another, or refused; it has handed all back.
  /// Shape: nothing is wanted for the class before `ask_again_at`.
  void not_granted(session_number session, request_number request, instant ask_again_at,
                   effects& out);

  /// The node wants a slot back.
  void recalled(session_number session, slot_place place, effects& out);

  // Tasks.

  /// Says which slot takes more tasks of a class, the one with the fewest first.
  std::optional<room> next_room(class_number of, instant now) const;

  /// Has slots of a session take no more tasks, until `go_on`: as much is under way on it as may be.
  void hold(session_number session) { held_back_.insert(session); }
  void go_on(session_number session) { held_back_.erase(session); }

  /// Sends tasks to a slot that had room for them just now.
  void push(held_index slot, std::span<const attempt> tasks, instant now, effects& out);

  /// Tells whether an answer counts. If so the task has left the book, and `cancelled` says whether
  /// someone wanted its end.
  struct verdict {
    bool counts = false;
    bool cancelled = false;
  };
  verdict answered(session_number session, const attempt_name& which, instant now, effects& out);

  /// The node answers that it never started, and that its slot takes no more.
  void handed_back(session_number session, const attempt_name& which, instant now, effects& out);

  void started(session_number session, slot_place place, slot_seq last, instant now);

  /// All from `first` on never started there.
  void taken_back(session_number session, slot_place place, slot_seq first, instant now,
                  effects& out);

  /// Has a task ended.   Shape: false where it is not in the book.
  bool cancel(owner_index task, bool force, effects& out);

  // Ends.

  /// The process behind a slot is gone; `last` is what had started there, or what came before that.
  void process_died(session_number session, slot_place place, slot_seq last, effects& out);

  /// The session with a node is over, or its node is dead.
  void session_ended(session_number session, effects& out);

  // Time.

  /// Finds what waits in vain: has it taken back, or more slots asked for; gives back what is not
  /// needed.
  void look(instant now, effects& out);
  /// When a look may find something to do; `never` where nothing is held.
  instant next_look() const;

  // For those who look at it: whether anything is in it, and what.
  bool empty() const noexcept { return slots_.empty() && requests_.empty() && held_ == 0; }
  /// By owner index.
  const std::vector<held_task>& tasks() const noexcept { return tasks_; }
  const held_slots& slots() const noexcept { return slots_; }
  const std::map<std::pair<session_number, request_number>, slot_request>& requests()
      const noexcept {
    return requests_;
  }
  const task_class& of(class_number number) const {
    return classes_[static_cast<std::size_t>(number)];
  }

 private:
  enum class fate : std::uint8_t { not_started, unknown };
  /// What is to be done with a slot, and when.
  struct planned {
    held_index slot{};
    instant at = 0;
  };
  using request_map = std::map<std::pair<session_number, request_number>, slot_request>;
  using request_iterator = request_map::iterator;

  task_class& class_at(class_number of) { return classes_[static_cast<std::size_t>(of)]; }
  held_task* find(owner_index task);
  held_task* find(session_number session, const attempt_name& which);
  held_task& enter(const attempt& task);
  attempt leave(held_task& gone);
  void take_out(const held_task& which, instant now, effects& out);
  void end(owner_index task, fate known, end_cause why, effects& out);

  /// Can more be pushed to a slot that has few enough?
  bool takes_more(const held_slot& slot) const {
    return slot.usable() && !held_back_.contains(slot.session);
  }
  std::uint64_t need(const task_class& of) const;
  std::uint64_t held_up(const task_class& of) const;
  void take_from_class(class_number of, std::uint64_t count);
  slot_request take_request(request_iterator which);
  void withdraw_if_unneeded(class_number of, effects& out);

  void ask_back(held_slot& slot, effects& out);
  void return_if_done(held_index which, effects& out);
  void forget_slot(held_index which, effects& out);
  void lose(held_index which, slot_seq last_unknown, end_cause why, effects& out);
  std::optional<planned> next_step(const task_class& of) const;
  std::optional<instant> lasts_from(const held_slot& slot) const;
  void note_lasting(class_number of, instant now, effects& out);

  book_options options_;
  std::vector<task_class> classes_;
  std::vector<held_task> tasks_;  // by owner index
  std::size_t held_ = 0;
  held_slots slots_;
  request_map requests_;
  std::set<session_number> held_back_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::attempts
