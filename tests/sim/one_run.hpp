#pragma once

#include <cstdint>
#include <string>

#include "sim/schedule.hpp"
#include "sim/workload.hpp"

namespace runs {

/// What is told of one run of any workload.
struct outcome {
  rt::sim::report report;
  rt::sim::fault_sites sites;
  rt::sim::fault_plan plan = {};
  rt::sim::network_counts network = {};
  /// The arguments by which `sim_main` repeats it, with the commit and the build.
  std::string repeated_by = {};
};

/// Plants a deliberate bug in all runs to come; none where the name is empty.
/// Owner: the name is kept by the caller.
void plant(const std::string& bug);

/// Runs a workload under a seed; with `trace` its steps go to stderr.
outcome run(const workloads::workload& one, std::uint64_t seed, bool trace = false);

/// Runs a schedule of a workload that has them.   `file` is where it stands.
outcome run(const workloads::schedule& planned, const std::string& file);

/// Has a crash print the line that repeats the run under way.
void watch_for_crashes();

/// Returns what this program was built with.
const char* build_name() noexcept;

}  // namespace runs
