#pragma once

#include "worker/attempts/held_slot.hpp"

#include <cstdint>
#include <map>
#include <vector>

namespace rt::worker::attempts {
inline namespace RT_LANE_VARIANT {

/// How the tasks of one class are sent.
struct class_options {
  /// Tasks on a slot at a time; of those that may never run twice only one, whatever is said here.
  std::uint32_t depth = 1;
  /// Slots held and asked for at a time.
  std::uint32_t slots_max = 1;
  /// Requests without an answer at a time.
  std::uint32_t requests_max = 1;
  /// Tasks that one request carries.
  std::uint32_t carried_max = 0;
  bool never_twice = false;
};

/// A request for slots that has no answer yet.
struct slot_request {
  session_number session{};
  class_number of{};
  std::uint32_t slots = 0;
  bool withdrawn = false;
  std::vector<owner_index> carried;  ///< without those that were answered meanwhile
};

/// What is known of a class of tasks.
struct task_class {
  class_options options;
  std::uint64_t waiting = 0;  ///< in the class queue, as the edge has said
  std::vector<held_index> slots;
  std::uint32_t slots_asked = 0;
  std::uint32_t requests = 0;
  instant ask_again_at = 0;  ///< after a refusal
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::attempts
