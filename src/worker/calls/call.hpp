#pragma once

#include "core/variant.hpp"
#include "wire/call_numbers.hpp"

#include <cstdint>

namespace rt::worker::calls {
inline namespace RT_LANE_VARIANT {

using wire::attempt_name;
using wire::call_seq;
using wire::epoch_number;
using wire::owner_index;
using wire::session_number;

/// A call as the book is given it: what must be known of it to send it in its turn.
struct call {
  attempt_name name;
  /// How often it may be made again after its fate was unknown.   Shape: -1 for any number.
  std::int32_t retries_left = 0;
  /// Its arguments are there; else `ready` tells, and whatever comes behind it waits with it.
  bool ready = true;
};

/// How an actor is, as far as it is known here.
enum class actor_view : std::uint8_t {
  unknown,  ///< nobody has said anything of it yet
  coming,   ///< it is being built, for the first time or again: the owner will tell
  alive,    ///< in an epoch, behind a session
  missed,   ///< it is not where it was in its epoch: the owner has been asked
  cannot_reach,  ///< missed for too long: calls fail as unavailable until the owner tells of a later epoch
  dead,          ///< for good
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::calls
