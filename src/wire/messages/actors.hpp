#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "rt/core/errc.hpp"
#include "rt/core/ids.hpp"
#include "wire/actor_recipe.hpp"
#include "wire/fields.hpp"
#include "wire/limits.hpp"
#include "wire/message_kind.hpp"
#include "wire/messages/leases.hpp"
#include "wire/reference.hpp"
#include "wire/task_header.hpp"
#include "wire/task_result.hpp"

// The life of an actor, and calls of it:
//
//     spawner -> worker   create_request, under a lease that the spawner holds
//     worker  -> spawner  create_reply, when the constructor has returned or thrown
//     spawner -> head     register_request, before the first create_request: named and detached ones;
//     head    -> spawner  register_reply: registered | exists | refused
//                         with each epoch, and with each news of it: it is alive, it is dead
//     any     -> head     find_request, by name
//     head    -> any      find_reply
//     any     -> owner    handle_request: of one that was found by its name
//     owner   -> any      handle_reply
//     caller  -> owner    whereabouts_request: where is it now?
//     owner   -> caller   whereabouts_reply, at once or when it has changed
//     worker  -> owner    actor_notice: a built one has ended
//     owner   -> callers  actor_notice: it restarts, is there again, or is dead
//     caller  -> worker   calls_notice: calls in the caller's order
//     worker  -> caller   call_results_notice
//     any     -> owner    kill_request
//     owner   -> worker   kill_request, or to end after its calls
//     owner, worker       kill_reply
//
// The spawner is the actor's owner; of a detached one that is the head, from its registration on.
// The owner counts the epochs. A worker answers calls of another epoch than its own as not started,
// and an owner takes answers of the newest epoch only.

namespace rt::wire {

struct create_reply;

/// Builds an actor in a slot of the lease, which it holds from then on.
struct create_request {
  static constexpr message_kind kind = message_kind::create_request;
  using reply = create_reply;

  std::uint64_t lease = 0;
  std::uint32_t slot = 0;
  /// Minted by the spawner: asked twice, it is one actor.
  actor_id actor;
  std::uint64_t epoch = 0;
  /// How it is built; asked again after a restart, the same.
  task_header constructor;
  std::uint32_t max_concurrency = 1;
  /// Which resources it keeps while nobody calls it: all that the lease has, or none.
  bool holds_resources = false;
  /// A state that was saved, to be restored instead of a new one.
  payload saved_state;
  /// The class of its object, told by its identity as functions are.
  function_number of_class = 0;
  /// It outlives who asks.
  bool detached = false;
  /// It was built before, and whoever asks is its owner from now on. Where it is not, it is handed back.
  bool takes_over = false;
  /// How often it was built again before.
  std::uint64_t restarts = 0;

  static void fields(auto& of, auto& take) {
    take(of.lease, of.slot, of.actor, of.epoch, of.constructor, of.max_concurrency,
         of.holds_resources, of.saved_state, of.of_class, of.detached, of.takes_over, of.restarts);
  }
  friend bool operator==(const create_request&, const create_request&) = default;
};

struct create_reply {
  static constexpr message_kind kind = message_kind::create_reply;

  actor_id actor;
  std::uint64_t epoch = 0;
  /// What the constructor did: a result without a value, or a failure. Handed back where the actor was
  /// ended before it was built, or its process with it.
  task_result built;

  static void fields(auto& of, auto& take) { take(of.actor, of.epoch, of.built); }
  friend bool operator==(const create_reply&, const create_reply&) = default;
};

/// Names a class by which a handle may refer to an actor.
struct class_name {
  std::string identity;

  static void fields(auto& of, auto& take) {
    take(at_most<limits::identity_bytes_max>(of.identity));
  }
  friend bool operator==(const class_name&, const class_name&) = default;
};

enum class actor_state : std::uint8_t { starting = 0, alive = 1, restarting = 2, dead = 3 };
constexpr bool is_known(actor_state value) noexcept { return value <= actor_state::dead; }

/// What the head knows of an actor that is named or detached.
struct actor_entry {
  actor_id actor;
  std::uint64_t epoch = 0;
  /// Unique within a namespace; the job's own where `space` is empty.
  std::string name;
  std::string space;
  bool detached = false;
  /// Its own class first, then the bases.
  std::vector<class_name> classes;
  /// 0 is the head, as the sender.
  process_number owner = 0;
  /// Where it runs, if it is alive; 0 is the sender himself, who then is its owner too.
  process_number process = 0;
  /// An actor that is being built runs nowhere yet.
  actor_state state = actor_state::alive;

  static void fields(auto& of, auto& take) {
    take(of.actor, of.epoch, at_most<limits::name_bytes_max>(of.name),
         at_most<limits::name_bytes_max>(of.space), of.detached,
         at_most<limits::bases_max>(of.classes), of.owner, of.process, of.state);
  }
  friend bool operator==(const actor_entry&, const actor_entry&) = default;
};

struct register_reply;

/// Has the head keep an actor, or tells it how one is that it keeps. Asked twice with one id and epoch, it
/// is one entry.   Shape: the answer comes when that is safe; of a dead one it is `stale_epoch`.
struct register_request {
  static constexpr message_kind kind = message_kind::register_request;
  using reply = register_reply;

  actor_entry entry;
  bool get_if_exists = false;
  std::int64_t max_restarts = 0;
  /// Of a detached one, which is the head's from then on.
  std::optional<actor_recipe> recipe;
  /// Whose the name is, where the entry has no space.
  job_id job;

  static void fields(auto& of, auto& take) {
    take(of.entry, of.get_if_exists, of.max_restarts, of.recipe, of.job);
  }
  friend bool operator==(const register_request&, const register_request&) = default;
};

enum class register_answer : std::uint8_t {
  registered = 0,
  /// Another live actor has the name; it is `existing`.
  exists = 1,
  /// A later epoch is registered: the asker's is over.
  stale_epoch = 2,
  /// The asker was declared dead, or never joined: nothing that it claims counts.
  stale_incarnation = 3,
  /// As many actors as the head keeps.
  full = 4,
};
constexpr bool is_known(register_answer value) noexcept { return value <= register_answer::full; }

struct register_reply {
  static constexpr message_kind kind = message_kind::register_reply;

  register_answer answer = register_answer::registered;
  std::optional<actor_entry> existing;

  static void fields(auto& of, auto& take) { take(of.answer, of.existing); }
  friend bool operator==(const register_reply&, const register_reply&) = default;
};

struct find_reply;

struct find_request {
  static constexpr message_kind kind = message_kind::find_request;
  using reply = find_reply;

  std::string name;
  std::string space;
  /// Where there is no space.
  job_id job;

  static void fields(auto& of, auto& take) {
    take(at_most<limits::name_bytes_max>(of.name), at_most<limits::name_bytes_max>(of.space),
         of.job);
  }
  friend bool operator==(const find_request&, const find_request&) = default;
};

struct find_reply {
  static constexpr message_kind kind = message_kind::find_reply;

  /// Nothing where no live actor has the name.
  std::optional<actor_entry> found;

  static void fields(auto& of, auto& take) { take(of.found); }
  friend bool operator==(const find_reply&, const find_reply&) = default;
};

struct handle_reply;

/// Asks an actor's owner for a handle of it.
struct handle_request {
  static constexpr message_kind kind = message_kind::handle_request;
  using reply = handle_reply;

  actor_id actor;

  static void fields(auto& of, auto& take) { take(of.actor); }
  friend bool operator==(const handle_request&, const handle_request&) = default;
};

struct handle_reply {
  static constexpr message_kind kind = message_kind::handle_reply;

  /// Refers to the actor, and has no bytes; nothing where it has ended, or is about to.
  std::optional<payload> handle;

  static void fields(auto& of, auto& take) { take(of.handle); }
  friend bool operator==(const handle_reply&, const handle_reply&) = default;
};

struct whereabouts_reply;

struct whereabouts_request {
  static constexpr message_kind kind = message_kind::whereabouts_request;
  using reply = whereabouts_reply;

  actor_id actor;
  /// The epoch in which the asker could not reach it: the answer is of a later one, or that it is
  /// dead; 0 for whatever is so now.
  std::uint64_t not_epoch = 0;

  static void fields(auto& of, auto& take) { take(of.actor, of.not_epoch); }
  friend bool operator==(const whereabouts_request&, const whereabouts_request&) = default;
};

/// Says how an actor is.
struct actor_standing {
  actor_id actor;
  std::uint64_t epoch = 0;
  actor_state state = actor_state::starting;
  /// Where it runs, if it is alive.
  process_number process = 0;
  /// Why it restarts or is dead.
  std::optional<failure> cause;

  static void fields(auto& of, auto& take) {
    take(of.actor, of.epoch, of.state, of.process, of.cause);
  }
  friend bool operator==(const actor_standing&, const actor_standing&) = default;
};

struct whereabouts_reply {
  static constexpr message_kind kind = message_kind::whereabouts_reply;

  actor_standing standing;

  static void fields(auto& of, auto& take) { take(of.standing); }
  friend bool operator==(const whereabouts_reply&, const whereabouts_reply&) = default;
};

/// Why a life of an actor is over, as its host says.
enum class actor_end : std::uint8_t {
  /// It is not over, or who says so is not its host.
  none = 0,
  /// Its owner let it end after its calls.
  finished = 1,
  exited = 2,
  killed = 3,
  /// It had a process of its own, which is gone.
  process_died = 4,
};
constexpr bool is_known(actor_end value) noexcept { return value <= actor_end::process_died; }

struct actor_notice {
  static constexpr message_kind kind = message_kind::actor_notice;

  /// A restarting or dead one stands in the last epoch in which it was alive; 0 for none.
  actor_standing standing;
  actor_end end = actor_end::none;

  static void fields(auto& of, auto& take) { take(of.standing, of.end); }
  friend bool operator==(const actor_notice&, const actor_notice&) = default;
};

struct kill_reply;

/// Ends an actor.
struct kill_request {
  static constexpr message_kind kind = message_kind::kill_request;
  using reply = kill_reply;

  actor_id actor;
  /// Only if it is in this epoch; 0 for any.
  std::uint64_t epoch = 0;
  bool may_restart = false;
  /// From its owner: no handle is left. It ends when its calls are done.
  bool after_calls = false;

  static void fields(auto& of, auto& take) {
    take(of.actor, of.epoch, of.may_restart, of.after_calls);
  }
  friend bool operator==(const kill_request&, const kill_request&) = default;
};

struct kill_reply {
  static constexpr message_kind kind = message_kind::kill_reply;

  /// False where it was dead already, or in another epoch.
  bool killed = false;

  static void fields(auto& of, auto& take) { take(of.killed); }
  friend bool operator==(const kill_reply&, const kill_reply&) = default;
};

/// Sends calls to one actor.
struct calls_notice {
  static constexpr message_kind kind = message_kind::calls_notice;

  actor_id actor;
  std::uint64_t epoch = 0;
  /// Of the first call, by the caller's own count for this actor, from 1, across epochs; the others
  /// count up from it. Between two notices some may be left out, which will not come in this epoch.
  std::uint64_t first_seq = 0;
  std::vector<task_header> calls;

  static void fields(auto& of, auto& take) {
    take(of.actor, of.epoch, of.first_seq, at_most<limits::tasks_max>(of.calls));
  }
  friend bool operator==(const calls_notice&, const calls_notice&) = default;
};

/// Names a call that had begun when its actor ended: how far it came nobody knows.
struct lost_call {
  /// As in the task header.
  std::uint32_t owner_index = 0;
  std::uint32_t attempt = 0;

  static constexpr bool fixed = true;
  static void fields(auto& of, auto& take) { take(of.owner_index, of.attempt); }
  friend bool operator==(const lost_call&, const lost_call&) = default;
};

/// Answers calls of one actor.   Shape: a call that never began is handed back: the actor is not there
/// in that epoch, any more.
struct call_results_notice {
  static constexpr message_kind kind = message_kind::call_results_notice;

  actor_id actor;
  std::uint64_t epoch = 0;
  std::vector<task_result> results;
  std::vector<lost_call> lost;

  static void fields(auto& of, auto& take) {
    take(of.actor, of.epoch, at_most<limits::tasks_max>(of.results),
         at_most<limits::tasks_max>(of.lost));
  }
  friend bool operator==(const call_results_notice&, const call_results_notice&) = default;
};

}  // namespace rt::wire
