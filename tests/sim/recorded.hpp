#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "sim/workload.hpp"

namespace runs {

/// Calls `see` for each line of a file that begins with a workload's name; what follows the name is given
/// too. # begins a comment.
void each_line(const std::string& path,
               const std::function<void(const workloads::workload&, const std::string& rest)>& see);

/// Prints the trace hashes of each workload's first seeds.   Shape: the program's exit code.
int print_hashes();

/// Compares them with those of a file.   Shape: the program's exit code.
int check_hashes(const std::string& path);

}  // namespace runs
