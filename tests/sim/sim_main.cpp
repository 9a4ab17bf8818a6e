#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>

#include <rt/sim.hpp>

#include "sim/arguments.hpp"
#include "sim/one_run.hpp"
#include "sim/recorded.hpp"
#include "sim/schedules.hpp"
#include "sim/tally.hpp"
#include "sim/workload.hpp"

// Runs workloads under seeds, and prints one line for each failure, which repeats it.

namespace {

using namespace runs;
using workloads::workload;

void run_and_add(const workload& one, std::uint64_t seed, bool trace, tally& sums) {
  const outcome made = run(one, seed, trace);
  sums.add(made);
  for (const std::string& each : made.report.warnings) {
    std::fprintf(stderr, "warned: %s: sim_main %s\n", each.c_str(), made.repeated_by.c_str());
  }
  if (made.report.ok()) return;
  std::string what = made.report.failure;
  std::replace(what.begin(), what.end(), '\n', ';');
  std::fprintf(stderr, "failed: %s: sim_main %s\n", what.c_str(), made.repeated_by.c_str());
}

int run_kept(const arguments& given) {
  tally sums;
  each_line(given.kept, [&](const workload& one, const std::string& rest) {
    run_and_add(one, number(rest.substr(0, rest.find(' '))), given.trace, sums);
  });
  std::printf("%llu runs, %llu failed\n", static_cast<unsigned long long>(sums.runs),
              static_cast<unsigned long long>(sums.failed));
  return sums.runs != 0 && sums.failed == 0 ? 0 : 1;
}

/// Runs the seeds of one workload, until one fails, all have run, or the time is over.
tally run_seeds(const workload& one, const arguments& given) {
  using clock = std::chrono::steady_clock;
  const auto begin = clock::now();
  tally sums;
  for (std::uint64_t seed = given.first; seed != given.end; ++seed) {
    if (sums.failed != 0 && !given.table) break;
    if (given.seconds != 0 && sums.seconds >= given.seconds) break;
    run_and_add(one, seed, given.trace, sums);
    sums.seconds = std::chrono::duration<double>(clock::now() - begin).count();
  }
  return sums;
}

int run_all_seeds(const arguments& given) {
  const known_places known = given.known.empty() ? known_places{} : read_known_places(given.known);
  if (given.table) print_table_head();
  std::uint64_t runs = 0;
  std::uint64_t steps = 0;
  bool good = true;
  for (const workload& one : workloads::all()) {
    if (!given.workload.empty() && one.name != given.workload) continue;
    const tally sums = run_seeds(one, given);
    runs += sums.runs;
    steps += sums.steps;
    good = good && sums.failed == 0;
    if (given.report) print_report(one.name, sums);
    if (given.table) print_table_row(one.name, sums, known);
    if (given.known.empty()) continue;
    for (const std::string& each : judge(one.name, sums, known)) {
      good = false;
      std::fprintf(stderr, "failed: %s\n", each.c_str());
    }
  }
  if (runs == 0) misused("no such workload, or no seeds: " + given.workload);
  if (!given.table) {
    std::printf("%llu runs, %llu steps%s\n", static_cast<unsigned long long>(runs),
                static_cast<unsigned long long>(steps), good ? ", all well" : "");
  }
  return good ? 0 : 1;
}

int list_workloads() {
  for (const workload& each : workloads::all()) std::printf("%s\n", std::string(each.name).c_str());
  return 0;
}

int do_what_is_asked(const arguments& given) {
  if (given.list) return list_workloads();
  if (!given.hashes.empty()) return check_hashes(given.hashes);
  if (given.print_hashes) return print_hashes();
  if (!given.find_bugs.empty()) return find_bugs(given.find_bugs);
  if (!given.kept_schedule.empty()) return check_kept_schedule(given.kept_schedule);
  plant(given.bug);
  if (!given.kept.empty()) return run_kept(given);
  if (!given.schedule.empty()) return run_schedule(given.schedule, given.report);
  if (given.shrink) {
    const workload* one = workloads::find(given.workload);
    if (one == nullptr) misused("--shrink needs the name of a workload");
    return shrink_run(*one, given.first, given.bug, given.write);
  }
  return run_all_seeds(given);
}

}  // namespace

int main(int argc, char** argv) {
  const arguments given = parse(argc, argv);
  watch_for_crashes();
  try {
    return do_what_is_asked(given);
  } catch (const std::exception& thrown) {
    std::fprintf(stderr, "sim_main: %s\n", thrown.what());
    return 2;
  }
}
