#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace runs {

/// What `sim_main` is told to do; `usage` says how.
struct arguments {
  std::string workload;
  std::uint64_t first = 0;
  std::uint64_t end = 1;
  double seconds = 0;  ///< 0: no limit
  bool trace = false;
  bool report = false;
  bool table = false;
  bool list = false;
  bool shrink = false;
  bool print_hashes = false;
  std::string bug;
  std::string known;
  std::string write;
  std::string hashes;
  std::string kept;
  std::string schedule;
  std::string kept_schedule;
  std::string find_bugs;
};

/// Reads them. Ends the program where they are none of ours.
arguments parse(int argc, char** argv);

std::uint64_t number(std::string_view text);

/// Says what is wrong, and ends the program.
[[noreturn]] void misused(const std::string& what);

}  // namespace runs
