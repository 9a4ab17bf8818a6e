#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/network.hpp"
#include "sim/network_options.hpp"
#include "sim/timeline.hpp"

namespace rt::sim {

/// What can be done to a network and its processes for a while. The order is part of recorded runs: add
/// at the end.
enum class fault_kind : std::uint8_t {
  partition,
  one_way_partition,
  isolation,
  clog,
  pause,
  crash,   ///< ends when the process begins anew
  resets,  ///< streams alone
  loss,    ///< lossy networks alone, as the next two
  doubling,
  reordering,
  // Of machines; no plan of a network has them:
  power_loss,  ///< a crash with the machine: of what was not synced a part is lost
  disk_full,
  slow_disk,    ///< everything takes `rate_ppm` of a second more
  clock_drift,  ///< the machine's clock gains `rate_ppm`, from the beginning to the end of the run
  clock_lag,    ///< it loses that
};
inline constexpr std::size_t fault_kinds = 15;

/// Returns a kind's name, and the kind of a name.
std::string_view to_string(fault_kind kind) noexcept;
std::optional<fault_kind> fault_kind_of(std::string_view name) noexcept;

struct fault {
  fault_kind kind = fault_kind::partition;
  instant begin = 0;
  instant end = 0;
  process_number one = 0;
  process_number other = 0;
  std::uint32_t rate_ppm = 0;
};

/// Tells whether a run of that seed goes without any harm: one in ten, in which nothing may go wrong.
bool without_harm(std::uint64_t seed) noexcept;

/// The faults of one run, from its seed.
/// Shape: of none to four kinds, none in one of ten plans; up to three faults of a kind; all ended at
/// `healed_at`.
struct fault_plan {
  std::vector<fault> faults = {};
  instant healed_at = 0;

  /// Makes one for processes 0 to `processes` - 1, at least two, between two instants.
  static fault_plan from_seed(std::uint64_t seed, network_mode mode, process_number processes,
                              instant begin, instant end);

  /// Returns how many faults there are of each kind.
  std::array<unsigned, fault_kinds> counts() const noexcept;
  unsigned kinds() const noexcept;

  /// Lets go of the faults of processes that are not 0 to `processes` - 1.
  void keep_to(process_number processes);
};

/// What a plan leaves to whoever drives the processes. Either may be called for a process at any time.
struct fault_hooks {
  /// The network has forgotten the process; now its logic is to.
  std::function<void(process_number)> crashed;
  std::function<void(process_number)> begins_anew;
  /// The process has crashed, and now its disk loses what it may.
  std::function<void(process_number)> power_lost = {};
  std::function<void(process_number, bool full)> disk_full = {};
  std::function<void(process_number, std::chrono::nanoseconds more)> disk_slow = {};
};

/// Notes all that a plan has happen, but for clocks that are not right: those are made so. The end of one partition or
/// isolation mends all.
/// Owner: the network lives until the events have come, or they never do.
void follow(const fault_plan& plan, timeline& time, network& harmed, fault_hooks hooks);

}  // namespace rt::sim
