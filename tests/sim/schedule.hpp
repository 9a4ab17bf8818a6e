#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "sim/fault_plan.hpp"
#include "sim/fault_sites.hpp"

namespace workloads {

/// All that is decided of a run before it begins; the rest follows from its seed.
/// A file of one (`*.schedule`) has a line for each thing said; what begins with # is skipped:
///   workload NAME · seed N · size NAME N · healed_at NS
///   fault KIND BEGIN_NS END_NS PROCESS OTHER RATE_PPM
///   sites_by_seed, or else a line for each that is on: site NAME RATE_PPM
///   finds BUG
struct schedule {
  std::string workload;
  std::uint64_t seed = 0;
  /// How large it is, by names of the workload's own.
  std::map<std::string, std::int64_t> sizes = {};
  rt::sim::fault_plan plan = {};
  /// The fault sites that are on; by the seed where absent.
  std::optional<rt::sim::site_rates> sites = {};
  /// A deliberate bug with which it fails, while it passes without; kept schedules have one.
  std::string finds = {};
};

std::string to_text(const schedule& written);

/// Reads what `to_text` has written.   Errors: throws `std::runtime_error`, with the line.
schedule read_schedule(const std::string& text);

}  // namespace workloads
