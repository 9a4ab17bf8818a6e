#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "rt/core/errc.hpp"
#include "rt/core/ids.hpp"
#include "wire/demand.hpp"
#include "wire/fields.hpp"
#include "wire/limits.hpp"
#include "wire/message_kind.hpp"
#include "wire/reference.hpp"
#include "wire/task_header.hpp"

// Slots for an owner's tasks of one class:
//
//     owner -> node   lease_request, which may carry the first tasks
//     node  -> owner  lease_reply, exactly one, perhaps after waiting: granted | spillback | infeasible
//                     | refused; each carried task is taken or handed back
//     owner -> node   lease_withdraw_notice, while it waits: what it asked for is not needed any more;
//                     the request is answered all the same
//     ...             tasks are pushed to the granted slots (messages/tasks.hpp)
//     node  -> owner  recall_notice: the owner pushes nothing more there and returns the slots
//     owner -> node   return_notice, when asked, or when it has no more work for them
//     node  -> owner  worker_died_notice: the process behind some slots is gone
//
// The reply to a request that granted a lease may be lost with the session: then the node ends the
// lease with the session, and the fate of the carried tasks is unknown. The reply leaves before any
// answer of a task that it took; a carried one that is cancelled while the request waits is
// answered before the reply, which does not name it.

namespace rt::wire {

struct lease_reply;

/// Asks for slots.
struct lease_request {
  static constexpr message_kind kind = message_kind::lease_request;
  using reply = lease_reply;

  wire::demand demand;
  /// How many slots the owner could use now, and how many tasks wait for them.
  std::uint32_t slots_wanted = 1;
  std::uint32_t tasks_waiting = 0;
  /// How many nodes have sent it on already: after a few, a node queues it instead.
  std::uint8_t hops = 0;
  /// It is a place for an actor, to be kept until it is returned: granted in its turn, never recalled.
  bool for_life = false;
  /// Carried to be run at once on the first slots, by `seq` from 1 on the first, round by round.
  std::vector<task_header> tasks;

  static void fields(auto& of, auto& take) {
    take(of.demand, of.slots_wanted, of.tasks_waiting, of.hops, of.for_life,
         at_most<limits::tasks_max>(of.tasks));
  }
  friend bool operator==(const lease_request&, const lease_request&) = default;
};

/// Names a slot of a lease, and the process that runs it.
struct granted_slot {
  std::uint32_t slot = 0;
  /// Where tasks for it are pushed to; 0 is the node itself.
  process_number process = 0;

  static constexpr bool fixed = true;
  static void fields(auto& of, auto& take) { take(of.slot, of.process); }
  friend bool operator==(const granted_slot&, const granted_slot&) = default;
};

/// The slots are the owner's until it returns them.
struct lease_granted {
  /// The node's number for it, unique within the node's incarnation.
  std::uint64_t lease = 0;
  std::vector<granted_slot> slots;

  static void fields(auto& of, auto& take) { take(of.lease, at_most<limits::slots_max>(of.slots)); }
  friend bool operator==(const lease_granted&, const lease_granted&) = default;
};

/// Another node is better: ask there.
struct lease_spillback {
  node_id node;
  process_number process = 0;

  static void fields(auto& of, auto& take) { take(of.node, of.process); }
  friend bool operator==(const lease_spillback&, const lease_spillback&) = default;
};

/// No node that is known here could ever have such a slot.
struct lease_infeasible {
  std::string text;

  static void fields(auto& of, auto& take) { take(at_most<limits::text_bytes_max>(of.text)); }
  friend bool operator==(const lease_infeasible&, const lease_infeasible&) = default;
};

/// Not here and not now: the node drains, or the request was withdrawn.
struct lease_refused {
  errc code = errc::unschedulable;
  std::string text;

  static void fields(auto& of, auto& take) {
    take(of.code, at_most<limits::text_bytes_max>(of.text));
  }
  friend bool operator==(const lease_refused&, const lease_refused&) = default;
};

struct lease_reply {
  static constexpr message_kind kind = message_kind::lease_reply;

  std::variant<lease_granted, lease_spillback, lease_infeasible, lease_refused> answer;
  /// Which of the carried tasks were not taken, by `owner_index`: the node has forgotten them before
  /// it answers. All others were taken, and are answered as pushed ones are.
  std::vector<std::uint32_t> handed_back;

  static void fields(auto& of, auto& take) {
    take(of.answer, at_most<limits::tasks_max>(of.handed_back));
  }
  friend bool operator==(const lease_reply&, const lease_reply&) = default;
};

struct lease_withdraw_notice {
  static constexpr message_kind kind = message_kind::lease_withdraw_notice;

  /// The number of the `lease_request` in this session.
  std::uint64_t request = 0;

  static void fields(auto& of, auto& take) { take(of.request); }
  friend bool operator==(const lease_withdraw_notice&, const lease_withdraw_notice&) = default;
};

/// Wants slots back: for another owner, or because the node drains.
struct recall_notice {
  static constexpr message_kind kind = message_kind::recall_notice;

  std::uint64_t lease = 0;
  std::vector<std::uint32_t> slots;
  /// Then what has not started there is handed back by the node itself.   Units: nanoseconds.
  std::uint64_t left_ns = 0;

  static void fields(auto& of, auto& take) {
    take(of.lease, at_most<limits::slots_max>(of.slots), of.left_ns);
  }
  friend bool operator==(const recall_notice&, const recall_notice&) = default;
};

/// Gives slots back; nothing more is pushed to them, what was is still answered.
struct return_notice {
  static constexpr message_kind kind = message_kind::return_notice;

  std::uint64_t lease = 0;
  std::vector<std::uint32_t> slots;

  static void fields(auto& of, auto& take) { take(of.lease, at_most<limits::slots_max>(of.slots)); }
  friend bool operator==(const return_notice&, const return_notice&) = default;
};

/// Names a slot and the last task that has started there.
struct slot_mark {
  std::uint64_t lease = 0;
  std::uint32_t slot = 0;
  /// Counts the tasks pushed to the slot under the lease, from 1; 0 where none has started.
  /// Cancelled ones right behind the last that started count too, so the next to start is the next.
  std::uint64_t started = 0;

  static constexpr bool fixed = true;
  static void fields(auto& of, auto& take) { take(of.lease, of.slot, of.started); }
  friend bool operator==(const slot_mark&, const slot_mark&) = default;
};

enum class death_cause : std::uint8_t {
  unknown = 0,
  exit_code = 1,
  signal = 2,
  /// The memory monitor ended it.
  out_of_memory = 3,
  /// It was told to end: by force, or with its job.
  ended = 4,
};
constexpr bool is_known(death_cause value) noexcept { return value <= death_cause::ended; }

/// Tells that a process behind slots is gone, and what each had started: what lies beyond that never
/// began, except perhaps the very next; that one's fate is unknown.
struct worker_died_notice {
  static constexpr message_kind kind = message_kind::worker_died_notice;

  std::uint64_t incarnation = 0;
  death_cause cause = death_cause::unknown;
  /// The exit code or the signal's number.
  std::int32_t number = 0;
  std::vector<slot_mark> slots;
  std::string text;

  static void fields(auto& of, auto& take) {
    take(of.incarnation, of.cause, of.number, at_most<limits::slots_max>(of.slots),
         at_most<limits::text_bytes_max>(of.text));
  }
  friend bool operator==(const worker_died_notice&, const worker_died_notice&) = default;
};

}  // namespace rt::wire
