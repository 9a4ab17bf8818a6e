#pragma once

#include "core/variant.hpp"
#include "wire/attempt_numbers.hpp"

#include <cstdint>
#include <vector>

namespace rt::worker::serving {
inline namespace RT_LANE_VARIANT {

using wire::attempt_name;
using wire::request_number;
using wire::session_number;
using wire::slot_place;
using wire::slot_seq;

/// Names a slot in its table.   Shape: an index; one that was closed is given again.
enum class slot_index : std::uint32_t {};

/// What is to be done in the world after a step; the edge does it.
/// Shape: answers to one session are sent in their order, and before the replies of the same step.
struct effects {
  /// An answer to a task that does not run: what runs is answered by the edge, with its result.
  struct answer {
    session_number to{};
    attempt_name task;
    enum class kind : std::uint8_t { cancelled, handed_back } what = kind::handed_back;
  };
  /// A task that runs is to be told of its cancellation, or its process ended.
  struct interruption {
    slot_index slot{};
    slot_seq seq{};
    bool force = false;
  };

  std::vector<answer> answers;
  std::vector<interruption> interruptions;
  /// Has a task to start now, perhaps: `start` tells.
  std::vector<slot_index> to_start;
  /// Of these nothing is left, and the node may give their resources back.
  std::vector<slot_place> freed;
};

/// What a cancellation came to; as `wire::cancel_effect` says.
enum class cancel_effect : std::uint8_t { never_starts, told, not_here };

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::serving
