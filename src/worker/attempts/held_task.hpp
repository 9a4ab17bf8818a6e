#pragma once

#include "worker/attempts/held_slot.hpp"

#include <cstdint>

namespace rt::worker::attempts {
inline namespace RT_LANE_VARIANT {

/// A task that was sent, and where to.
struct held_task {
  enum class state : std::uint8_t {
    none,     ///< not here
    carried,  ///< by a request that has no answer yet
    pushed,   ///< to a slot
  };
  attempt task;
  state where = state::none;
  bool cancelling = false;  ///< someone wants its end, and its node was told
  session_number session{};
  request_number request{};  ///< of one that is carried
  held_index slot{};         ///< of one that is pushed
  slot_seq seq{};
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::attempts
