#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rt/core/errc.hpp"
#include "rt/core/ids.hpp"
#include "rt/core/resource_set.hpp"
#include "wire/fields.hpp"
#include "wire/limits.hpp"
#include "wire/message_kind.hpp"
#include "wire/node_entry.hpp"

// Who belongs to the cluster:
//
//     node   -> head    join_request, as the first word of each session
//     head   -> node    join_reply, with the view
//     driver -> head    job_request, as the first word of each session
//     head   -> driver  job_reply
//     driver -> head    job_end_notice: its work ends with it
//     node   -> head    health_notice, when a period passed in which no other message left, or something
//                       in it changed; also driver
//     head   -> node    view_notice, when the view changed; also -> driver
//     node   -> head    view_request, when a view_notice does not go on from what it has; also driver
//     head   -> node    view_reply
//     head   -> node    drain_request
//     node   -> head    drain_reply
//     any    -> head    confirm_request, when it woke from a sleep longer than the death timeout
//     head   -> any     confirm_reply
//     head   -> any     stale_notice, when it hears from an incarnation that it declared dead
//
// Any message of a node is a sign of life, and any frame of the head carries its term: who has joined
// under an older one joins again. A head that has come back hears its nodes for one reconnect window
// before it declares any dead.

namespace rt::wire {

/// Tells a head that has come back of an actor that it keeps in its log, or should.
struct hosted_actor {
  actor_id actor;
  std::uint64_t epoch = 0;

  static constexpr bool fixed = true;
  static void fields(auto& of, auto& take) { take(of.actor, of.epoch); }
  friend bool operator==(const hosted_actor&, const hosted_actor&) = default;
};

struct join_reply;

/// Joins, or joins again.
struct join_request {
  static constexpr message_kind kind = message_kind::join_request;
  using reply = join_reply;

  /// The node as it describes itself; state and reason are the head's to say.
  node_entry self;
  /// The view that it has, and the term it is of; 0 for none.
  std::uint64_t view_term = 0;
  std::uint64_t view_version = 0;
  /// Named and detached actors that live there.
  std::vector<hosted_actor> actors;
  /// It was taken in before, by this head or one before it.
  bool was_in = false;

  static void fields(auto& of, auto& take) {
    take(of.self, of.view_term, of.view_version, at_most<limits::tasks_max>(of.actors), of.was_in);
  }
  friend bool operator==(const join_request&, const join_request&) = default;
};

enum class join_answer : std::uint8_t {
  accepted = 0,
  /// It was declared dead: it ends what it runs and joins as a new incarnation.
  stale_incarnation = 1,
  /// Another live node has that name, or that address.
  name_taken = 2,
  /// As many processes as the head keeps.
  full = 3,
};
constexpr bool is_known(join_answer value) noexcept { return value <= join_answer::full; }

/// Takes the node in, with what it must know of the cluster.
struct join_reply {
  static constexpr message_kind kind = message_kind::join_reply;

  join_answer answer = join_answer::accepted;
  /// How often the head wants to hear of it, and after which silence it declares it dead.
  std::uint64_t health_period_ns = 0;
  std::uint64_t death_timeout_ns = 0;
  view_change view;
  std::string text;

  static void fields(auto& of, auto& take) {
    take(of.answer, of.health_period_ns, of.death_timeout_ns, of.view,
         at_most<limits::text_bytes_max>(of.text));
  }
  friend bool operator==(const join_reply&, const join_reply&) = default;
};

struct job_reply;

/// Begins a job, or tells a head that has come back of it. The id, minted by the driver, is the
/// header's; asked twice, it is one job.
struct job_request {
  static constexpr message_kind kind = message_kind::job_request;
  using reply = job_reply;

  std::string name;
  /// Where the driver is reached: it owns what its main made.
  std::string address;
  /// It was taken in before, by this head or one before it.
  bool was_in = false;

  static void fields(auto& of, auto& take) {
    take(at_most<limits::name_bytes_max>(of.name), at_most<limits::address_bytes_max>(of.address),
         of.was_in);
  }
  friend bool operator==(const job_request&, const job_request&) = default;
};

struct job_reply {
  static constexpr message_kind kind = message_kind::job_reply;

  /// The job has ended, or its driver was declared dead: the driver stops.
  bool ended = false;
  std::uint64_t health_period_ns = 0;
  std::uint64_t death_timeout_ns = 0;
  view_change view;

  static void fields(auto& of, auto& take) {
    take(of.ended, of.health_period_ns, of.death_timeout_ns, of.view);
  }
  friend bool operator==(const job_reply&, const job_reply&) = default;
};

/// Ends the header's job: all nodes end its work, but for detached actors.
struct job_end_notice {
  static constexpr message_kind kind = message_kind::job_end_notice;

  static void fields(auto&, auto&) {}
  friend bool operator==(const job_end_notice&, const job_end_notice&) = default;
};

/// Tells how a node is. Of tasks and objects the head gets counts only.
struct health_notice {
  static constexpr message_kind kind = message_kind::health_notice;

  resource_set available;
  /// Slots that owners wait for.
  std::uint32_t waiting = 0;
  std::uint64_t tasks_running = 0;
  std::uint64_t actors_alive = 0;
  std::uint64_t objects_stored = 0;
  std::uint64_t bytes_stored = 0;
  /// How late its loop runs: a late one gets no new work.   Units: nanoseconds.
  std::uint64_t late_ns = 0;
  std::uint64_t view_version = 0;

  static void fields(auto& of, auto& take) {
    take(at_most<limits::resources_max>(of.available), of.waiting, of.tasks_running,
         of.actors_alive, of.objects_stored, of.bytes_stored, of.late_ns, of.view_version);
  }
  friend bool operator==(const health_notice&, const health_notice&) = default;
};

struct view_notice {
  static constexpr message_kind kind = message_kind::view_notice;

  view_change view;

  static void fields(auto& of, auto& take) { take(of.view); }
  friend bool operator==(const view_notice&, const view_notice&) = default;
};

struct view_reply;

struct view_request {
  static constexpr message_kind kind = message_kind::view_request;
  using reply = view_reply;

  /// What the asker has; 0 for nothing, or where it is of another term.
  std::uint64_t version = 0;

  static void fields(auto& of, auto& take) { take(of.version); }
  friend bool operator==(const view_request&, const view_request&) = default;
};

struct view_reply {
  static constexpr message_kind kind = message_kind::view_reply;

  view_change view;

  static void fields(auto& of, auto& take) { take(of.view); }
  friend bool operator==(const view_reply&, const view_reply&) = default;
};

struct drain_reply;

/// Asks a node to take no new work and to end, or move, what it has.
struct drain_request {
  static constexpr message_kind kind = message_kind::drain_request;
  using reply = drain_reply;

  node_reason reason = node_reason::asked;
  /// Then it ends all the same.   Units: nanoseconds from when it was sent.
  std::uint64_t left_ns = 0;

  static void fields(auto& of, auto& take) { take(of.reason, of.left_ns); }
  friend bool operator==(const drain_request&, const drain_request&) = default;
};

/// Agrees to drain; that it is done is its goodbye.
struct drain_reply {
  static constexpr message_kind kind = message_kind::drain_reply;

  std::uint64_t tasks_running = 0;
  std::uint64_t actors_alive = 0;
  std::uint64_t bytes_stored = 0;

  static void fields(auto& of, auto& take) {
    take(of.tasks_running, of.actors_alive, of.bytes_stored);
  }
  friend bool operator==(const drain_reply&, const drain_reply&) = default;
};

struct confirm_reply;

/// Asks whether the sender's incarnation still counts. Until the answer nothing else leaves it.
struct confirm_request {
  static constexpr message_kind kind = message_kind::confirm_request;
  using reply = confirm_reply;

  static void fields(auto&, auto&) {}
  friend bool operator==(const confirm_request&, const confirm_request&) = default;
};

struct confirm_reply {
  static constexpr message_kind kind = message_kind::confirm_reply;

  bool counts = false;

  static void fields(auto& of, auto& take) { take(of.counts); }
  friend bool operator==(const confirm_reply&, const confirm_reply&) = default;
};

/// Tells a process that it was declared dead: it ends what it runs and joins anew.
struct stale_notice {
  static constexpr message_kind kind = message_kind::stale_notice;

  std::uint64_t incarnation = 0;
  node_reason reason = node_reason::silent;

  static void fields(auto& of, auto& take) { take(of.incarnation, of.reason); }
  friend bool operator==(const stale_notice&, const stale_notice&) = default;
};

}  // namespace rt::wire
