#pragma once

#include "worker/attempts/attempt.hpp"

#include <rt/core/outcome.hpp>

#include <cstddef>
#include <utility>
#include <variant>
#include <vector>

namespace rt::worker::attempts {
inline namespace RT_LANE_VARIANT {

// What an owner tells a node. The request for a lease is not among these: the edge writes it.

/// `push_notice`: the header of each task is the edge's to add.
struct push {
  slot_place slot;
  slot_seq first_seq{};
  std::vector<attempt_name> tasks;
};

/// `take_back_request`
struct take_back {
  slot_place slot;
  slot_seq first_seq{};
};

/// `return_notice`
struct give_back {
  slot_place slot;
};

/// `lease_withdraw_notice`
struct withdraw {
  request_number request{};
};

/// `cancel_request`: the task's id is the edge's to add.
struct cancel {
  attempt_name task;
  bool force = false;
};

using message = std::variant<push, take_back, give_back, withdraw, cancel>;

/// Why a task has no answer.
enum class end_cause : std::uint8_t {
  cancelled,
  worker_crashed,  ///< The process that ran it, and its node told of it.
  node_died,       ///< Its node, or the session with it, is gone.
};

/// What is to be done in the world after a step; the edge does it.
/// Shape: letters to one session are sent in their order.
struct effects {
  struct letter {
    session_number to{};
    message what;
  };
  struct sent_again {
    attempt task;          ///< with the attempt number and the retries that it now has
    bool counted = false;  ///< its fate was unknown: one of its retries is used
  };
  struct failed {
    owner_index task{};
    end_cause why = end_cause::cancelled;
    rt::outcome outcome = rt::outcome::unknown;
  };

  std::vector<letter> letters;
  std::vector<sent_again> again;  ///< These go back into their class's queue.
  std::vector<failed> failures;   ///< These have ended.
  /// Of these the edge is to ask anew where there is room and what is wanted.
  std::vector<class_number> changed;

  void send(session_number to, message what) { letters.push_back({to, std::move(what)}); }
  void change(class_number of) {
    if (changed.empty() || changed.back() != of) changed.push_back(of);
  }
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::attempts
