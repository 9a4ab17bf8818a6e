#pragma once

#include <cstddef>
#include <cstdint>

#include "core/variant.hpp"
#include "rt/core/environment.hpp"

namespace rt::head {
inline namespace RT_LANE_VARIANT {

/// Limits and times of a head, each by its name.   Units: nanoseconds.
struct settings {
  static constexpr instant ms = 1'000'000;

  /// How often the head wants to hear of each process.
  instant health_period = 1'000 * ms;
  /// After which silence it declares one dead.
  instant death_timeout = 10'000 * ms;
  /// After its start it hears those that it knows for so long before it declares any dead.
  instant reconnect_window = 10'000 * ms;
  /// How long changes of the view are gathered before they are told.
  instant view_period = 50 * ms;
  /// What nodes have free is told at most so often, and of so many nodes at once, in turn: each change
  /// goes to all, so a thousand nodes that all told all would be a million entries a period.
  instant load_period = 1'000 * ms;
  std::size_t load_entries_max = 64;
  /// Of one step of the view.
  std::size_t view_entries_max = 512;
  /// Deaths that the view remembers; who has missed more gets the whole view.
  std::size_t deaths_kept = 1024;
  /// Processes and actors that a head keeps.
  std::size_t members_max = 16 * 1024;
  std::size_t actors_max = 256 * 1024;
  /// Deaths that the log remembers. Who died longer ago is known by having been in, as it says itself.
  std::size_t deaths_remembered = 16 * 1024;
  /// The log is replaced by a snapshot of what follows from it once it has more records than this, and
  /// more than so many times those of the snapshot; after one that failed, not sooner than this.
  std::size_t log_records_min = 4096;
  std::size_t log_growth_max = 2;
  instant compacted_again_after = 10'000 * ms;
  /// A process that drains beyond its time is declared dead after so long.
  instant drained_within = 5'000 * ms;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
