#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "rt/core/ids.hpp"
#include "wire/byte_view.hpp"
#include "wire/fields.hpp"
#include "wire/limits.hpp"

namespace rt::wire {

/// Tells what a task inherits from the one that called it. Each hop passes it on, with what a later
/// version put behind it.
struct context_block {
  static constexpr std::uint64_t no_deadline = std::numeric_limits<std::uint64_t>::max();

  /// Which trace the task belongs to; 0,0 for none.
  std::uint64_t trace_high = 0;
  std::uint64_t trace_low = 0;
  /// The part of the trace that called it.
  std::uint64_t span = 0;
  /// What was left of the deadline when it was sent: clocks of two machines cannot be compared.
  /// Units: nanoseconds.
  std::uint64_t deadline_left_ns = no_deadline;
  /// The higher, the sooner.
  std::int32_t priority = 0;
  /// Actors whose methods wait for this task: one that is called again by it waits for itself.
  std::vector<actor_id> waiting;
  /// What a later version wrote.   Owner: the frame; who passes it on later copies it.
  byte_view later;

  static constexpr bool mostly_default = true;
  static void fields(auto& of, auto& take) {
    take(of.trace_high, of.trace_low, of.span, of.deadline_left_ns, of.priority,
         at_most<limits::waiting_actors_max>(of.waiting), rest_of_block(of.later));
  }
  friend bool operator==(const context_block&, const context_block&) = default;
};

}  // namespace rt::wire
