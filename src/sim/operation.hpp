#pragma once

#include <cstddef>
#include <cstdint>

namespace rt::sim {

/// The kinds of places at which another fiber may go on. Their numbers are part of trace hashes.
enum class point_kind : std::uint8_t {
  begin = 0,         ///< a fiber that has not run yet
  atomic = 1,        ///< an operation on an atomic of the lane
  spin = 2,          ///< a round of a wait for another fiber's next few instructions
  park = 3,          ///< a sleep on a word, before it looks at the word
  wake = 4,          ///< the waking of sleepers on a word
  relax = 5,         ///< a round of a short wait
  set_alarm = 6,     ///< a new time for the alarm
  wait_alarm = 7,    ///< a sleep until the alarm
  start_thread = 8,  ///< a new fiber is there
  join = 9,          ///< a wait for the end of a fiber
  resume = 10,       ///< what was asleep goes on
  end = 11,          ///< the end of a fiber
  user = 12,         ///< one that a test or a workload asks for
};

const char* to_string(point_kind kind) noexcept;

enum class access : std::uint8_t { none, read, write };

/// What a fiber does when it next goes on: all that another could see of it up to its next point.
/// Shape: `address` null with an access means that it may touch anything.
struct operation {
  point_kind kind = point_kind::begin;
  sim::access access = access::none;
  const void* address = nullptr;
  std::size_t bytes = 0;
};

/// Tells whether the order of the two can make a difference.
bool conflict(const operation& one, const operation& other) noexcept;

}  // namespace rt::sim
