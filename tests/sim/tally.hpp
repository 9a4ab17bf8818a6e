#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/one_run.hpp"

namespace runs {

/// Sums up the runs of one workload.
struct tally {
  struct site_sums {
    std::uint64_t runs_on = 0;
    std::uint64_t asked = 0;
    std::uint64_t fired = 0;
  };

  std::uint64_t runs = 0;
  std::uint64_t steps = 0;
  std::uint64_t failed = 0;
  double seconds = 0;
  std::array<std::uint64_t, rt::sim::fault_kinds> faults_planned{};
  rt::sim::network_counts network = {};
  std::map<std::string, site_sums> sites;
  std::map<std::string, std::uint64_t> probes;
  /// How the first failures are repeated.
  std::vector<std::string> failures;
  static constexpr std::size_t failures_kept = 5;

  void add(const outcome& one);
};

/// The fault sites and probes that runs of each workload must come to: tests/sim/known_places.txt.
struct known_places {
  std::map<std::string, std::set<std::string>> sites;
  std::map<std::string, std::set<std::string>> probes;
};

/// Reads them.   Shape: "workload site NAME" or "workload probe NAME"; # begins a comment.
known_places read_known_places(const std::string& path);

/// Below so many runs nothing is said of what was not reached.
inline constexpr std::uint64_t runs_to_judge = 1'000;

/// Returns what was not reached although it must be, and what was that stands for no workload, a line each.
std::vector<std::string> judge(std::string_view workload, const tally& sums,
                               const known_places& known);

/// Prints the sums of a workload on many lines.
void print_report(std::string_view workload, const tally& sums);

/// Prints them as one line of a table of Markdown, of which `print_table_head` prints the first two.
void print_table_head();
void print_table_row(std::string_view workload, const tally& sums, const known_places& known);

}  // namespace runs
