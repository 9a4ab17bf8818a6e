#pragma once

#include <cstdint>
#include <string>

#include "sim/workload.hpp"

namespace runs {

// Each returns the program's exit code.

/// Runs the schedule of a file.
int run_schedule(const std::string& file, bool report);

/// Runs it without and with the bug that it finds.
int check_kept_schedule(const std::string& file);

/// Makes the failing run of a seed smaller and writes its schedule: to a file, or to stdout where it has no
/// name. `bug` is the one that is planted; empty for none.
int shrink_run(const workloads::workload& one, std::uint64_t seed, const std::string& bug,
               const std::string& file);

/// Tries seeds with each deliberate bug of a file until one fails.
int find_bugs(const std::string& file);

}  // namespace runs
