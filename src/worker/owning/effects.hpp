#pragma once

#include "core/variant.hpp"
#include "wire/call_numbers.hpp"

#include <rt/core/ids.hpp>

#include <cstdint>
#include <vector>

namespace rt::worker::owning {
inline namespace RT_LANE_VARIANT {

using wire::epoch_number;
using wire::request_number;
using wire::session_number;
using wire::slot_place;

/// Why an actor restarts, or is dead.
enum class death_cause : std::uint8_t {
  none,
  no_handles,         ///< nobody can call it any more
  exited,             ///< it has ended itself
  killed,             ///< by `rt::kill`
  constructor_threw,  ///< the edge knows what
  process_died,       ///< its own process; the node lives
  host_died,          ///< its node, or the session with it
  cannot_be_placed,   ///< the edge knows why
  name_taken,         ///< the edge knows by whom
  not_registered,     ///< the head knows of a later epoch, or takes no more, or does not answer
};

/// How an actor is, as its owner tells it.
struct standing {
  enum class kind : std::uint8_t { starting, alive, restarting, dead } what = kind::starting;
  /// Of this life; where it has none just now, of the last, or none.
  epoch_number epoch{};
  session_number at{};  ///< Where it lives, if it does.
  death_cause why = death_cause::none;

  friend bool operator==(const standing&, const standing&) = default;
};

/// What is to be done in the world after a step; the edge does it.
/// Shape: letters to one session are sent in their order, list by list as they stand here.
struct effects {
  /// `register_request` to the head; `registered` answers.
  struct registration {
    actor_id actor;
    epoch_number epoch{};
  };
  /// A place is to be found, a slot that the actor keeps: `placed` or `cannot_be_placed` answers.
  struct place_question {
    actor_id actor;
    epoch_number epoch{};
  };
  /// `create_request`; `created` answers.
  struct create {
    session_number to{};
    slot_place place;
    actor_id actor;
    epoch_number epoch{};
    std::uint64_t restarts = 0;  ///< How often it was built again before: `was_restarted`.
    bool takes_over = false;     ///< It is there, if it is: nothing is built.
  };
  /// `kill_request` to its host. After its calls: `host_table::finish`.
  struct kill {
    session_number to{};
    actor_id actor;
    epoch_number epoch{};
    bool after_calls = false;
  };
  /// `return_notice` of the place: no life of the actor is there.
  struct give_back {
    session_number to{};
    slot_place place;
  };
  /// `whereabouts_reply`
  struct reply {
    session_number to{};
    request_number request{};
    actor_id actor;
    standing how;
  };
  /// `actor_notice` to one who has asked before.
  struct notice {
    session_number to{};
    actor_id actor;
    standing how;
  };
  /// `kill_reply`
  struct kill_reply {
    session_number to{};
    request_number request{};
    bool killed = false;
  };
  /// `actor_notice` to the head, about a registered one.
  struct head_notice {
    actor_id actor;
    standing how;
  };

  std::vector<registration> registrations;
  std::vector<place_question> place_questions;
  std::vector<place_question> place_withdrawals;  ///< Nobody needs that place any more.
  std::vector<create> creates;
  std::vector<kill> kills;
  std::vector<give_back> given_back;
  std::vector<reply> replies;
  std::vector<notice> notices;
  std::vector<kill_reply> kill_replies;
  std::vector<head_notice> head_notices;
  std::vector<actor_id> forgotten;  ///< Nothing is kept of these: their constructors' arguments go.
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::owning
