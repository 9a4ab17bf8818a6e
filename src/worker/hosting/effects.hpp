#pragma once

#include "core/variant.hpp"
#include "wire/call_numbers.hpp"

#include <rt/core/ids.hpp>

#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

namespace rt::worker::hosting {
inline namespace RT_LANE_VARIANT {

using wire::attempt_name;
using wire::call_seq;
using wire::epoch_number;
using wire::request_number;
using wire::session_number;

/// Names one life of an actor, in the process where it lives.
struct hosted_name {
  actor_id actor;
  epoch_number epoch{};

  friend constexpr auto operator<=>(const hosted_name&, const hosted_name&) = default;
};

/// Why a life of an actor is over; as `wire::actor_end` says.
enum class end_reason : std::uint8_t {
  finished,           ///< the owner let it end after its queued calls
  exited,             ///< a method of its own has ended it
  killed,             ///< the owner has ended it
  process_died,       ///< it had a process of its own, which is gone
  constructor_threw,  ///< the `create_reply` has told
  owner_died,         ///< nobody is left to be told
};

/// What is to be done in the world after a step; the edge does it, list by list in this order.
/// Shape: letters to one session are sent in their order.
struct effects {
  /// `create_reply`. Where the constructor has thrown the edge adds what.
  struct created {
    session_number to{};
    request_number request{};
    hosted_name which;
    enum class kind : std::uint8_t {
      built,
      threw,
      ended,  ///< it was ended before it was built, or a later life of the actor is here
    } what = kind::built;
  };
  /// An answer to a call that does not run: what runs is answered by the edge, with its result.
  struct answer {
    session_number to{};
    hosted_name which;
    attempt_name call;
    enum class kind : std::uint8_t {
      handed_back,  ///< it has not begun and never will here
      lost,         ///< it had begun, and the actor has ended
      cancelled,    ///< it was cancelled before it began
    } what = kind::handed_back;
  };
  /// A call that runs is to be told of its cancellation.
  struct interruption {
    hosted_name which;
    session_number caller{};
    attempt_name call;
  };
  /// `actor_notice` to the owner: a built actor has ended. No owner is there for a detached one whose
  /// owner's session has ended: then the head is told.
  struct ended {
    std::optional<session_number> to;
    hosted_name which;
    end_reason why = end_reason::finished;
  };

  std::vector<hosted_name> to_build;  ///< Their constructors are to run; `built` tells.
  std::vector<created> creations;
  std::vector<answer> answers;
  std::vector<interruption> interruptions;
  /// Nobody waits for these any more: what runs of them is told so (`rt::this_task::cancelled()`),
  /// or its process ended.
  std::vector<hosted_name> end_actor;
  std::vector<ended> ends;
  /// Have a call to begin now, perhaps: `begin` tells.
  std::vector<hosted_name> to_begin;
  /// Of these nothing runs any more: the object is let go, and the slot is free.
  std::vector<hosted_name> freed;
};

/// What a cancellation came to; as `wire::cancel_effect` says.
enum class cancel_effect : std::uint8_t { never_starts, told, not_here };

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::hosting
