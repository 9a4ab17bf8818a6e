#pragma once

#include "worker/calls/call.hpp"

#include <rt/core/ids.hpp>
#include <rt/core/outcome.hpp>

#include <cstdint>
#include <vector>

namespace rt::worker::calls {
inline namespace RT_LANE_VARIANT {

/// Why a call has no answer.
enum class end_cause : std::uint8_t {
  cancelled,
  actor_died,         ///< `errc::actor_died`: the edge knows the cause, from the last standing told
  owner_died,         ///< `errc::actor_died`: it ends with its owner
  actor_unavailable,  ///< `errc::actor_unavailable`: it restarts, or cannot be reached from here
};

/// What is to be done in the world after a step; the edge does it.
/// Shape: letters to one session are sent in their order.
struct effects {
  /// `whereabouts_request` to the actor's owner.   Shape: one at a time for an actor.
  struct question {
    session_number to{};
    actor_id actor;
    /// In which it was missed; none for whatever is so now.
    epoch_number not_epoch{};
  };
  /// `cancel_request`: the task's id is the edge's to add.
  struct cancel {
    session_number to{};
    actor_id actor;
    epoch_number epoch{};
    attempt_name call;
  };
  struct failed {
    actor_id actor;
    owner_index call{};
    end_cause why = end_cause::cancelled;
    rt::outcome outcome = rt::outcome::unknown;
  };

  std::vector<question> questions;
  std::vector<cancel> cancels;
  std::vector<failed> failures;  ///< These have ended.
  /// Of these there may be calls to send: `next_batch` tells.
  std::vector<actor_id> changed;

  void change(const actor_id& actor) {
    if (changed.empty() || changed.back() != actor) changed.push_back(actor);
  }
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::calls
