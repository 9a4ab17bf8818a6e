#include "sim/schedules.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "sim/arguments.hpp"
#include "sim/one_run.hpp"
#include "sim/recorded.hpp"
#include "sim/shrinking.hpp"
#include "sim/tally.hpp"

namespace runs {
namespace {

constexpr std::uint64_t seeds_to_find_a_bug = 2'000;
/// The run goes on to count in how many of the first seeds a bug shows.
constexpr std::uint64_t seeds_to_count = 200;
/// A change of the code makes a kept schedule take other steps; then its faults are tried with other seeds.
constexpr std::uint64_t seeds_to_keep_a_schedule = 100;

workloads::schedule read_file(const std::string& file) {
  std::ifstream in(file);
  if (!in) misused("cannot read " + file);
  std::ostringstream text;
  text << in.rdbuf();
  workloads::schedule read = workloads::read_schedule(text.str());
  const workloads::workload* one = workloads::find(read.workload);
  if (one == nullptr || one->planned.run == nullptr) {
    throw std::runtime_error(file + ": not a workload that has schedules: " + read.workload);
  }
  for (const auto& [size, least] : one->planned.least) {
    const auto given = read.sizes.find(size);
    if (given == read.sizes.end() || given->second < least) {
      throw std::runtime_error(file + ": no size " + size + " of at least " +
                               std::to_string(least));
    }
  }
  return read;
}

/// What failed, without the numbers, which differ from run to run.
std::string kind_of(std::string failure) {
  std::erase_if(failure, [](char each) { return each >= '0' && each <= '9'; });
  return failure;
}

void write(const workloads::schedule& made, const std::string& file) {
  const std::string text = to_text(made);
  if (file.empty()) {
    std::fputs(text.c_str(), stdout);
    return;
  }
  std::ofstream out(file);
  out << text;
  if (!out.flush()) throw std::runtime_error("cannot write " + file);
}

}  // namespace

int run_schedule(const std::string& file, bool report) {
  const workloads::schedule planned = read_file(file);
  const outcome made = run(planned, file);
  tally sums;
  sums.add(made);
  if (report) print_report(planned.workload, sums);
  if (!made.report.ok()) {
    for (const std::string& line : made.report.log) std::printf("%s\n", line.c_str());
    std::printf("failed: %s: sim_main %s\n", made.report.failure.c_str(), made.repeated_by.c_str());
    return 1;
  }
  std::printf("%llu steps, all well\n", static_cast<unsigned long long>(made.report.steps));
  return 0;
}

int check_kept_schedule(const std::string& file) {
  workloads::schedule planned = read_file(file);
  if (run_schedule(file, false) != 0) return 1;
  if (planned.finds.empty()) return 0;
  plant(planned.finds);
  for (std::uint64_t tried = 0; tried < seeds_to_keep_a_schedule; ++tried, ++planned.seed) {
    const rt::sim::report with_bug = run(planned, file).report;
    if (with_bug.ok()) continue;
    std::printf("with %s, at seed %llu: %s\n", planned.finds.c_str(),
                static_cast<unsigned long long>(planned.seed), with_bug.failure.c_str());
    return 0;
  }
  std::printf("failed: it does not find %s any more: sim_main --schedule %s --bug %s\n",
              planned.finds.c_str(), file.c_str(), planned.finds.c_str());
  return 1;
}

int shrink_run(const workloads::workload& one, std::uint64_t seed, const std::string& bug,
               const std::string& file) {
  if (one.planned.run == nullptr) misused("it has no schedules: " + std::string(one.name));
  const outcome first = run(one, seed);
  if (first.report.ok()) misused("the run does not fail");
  const std::string kind = kind_of(first.report.failure);
  workloads::schedule failing = one.planned.plan(seed);
  failing.sites = first.sites.on();
  unsigned tries = 0;
  const auto fails = [&](const workloads::schedule& planned) {
    ++tries;
    return kind_of(run(planned, "being shrunk").report.failure) == kind;
  };
  workloads::schedule smallest = shrink(failing, one.planned.least, fails);
  smallest.finds = bug;
  std::fprintf(stderr, "%s\n%zu of %zu faults and %zu of %zu fault sites are left after %u runs\n",
               first.report.failure.c_str(), smallest.plan.faults.size(),
               failing.plan.faults.size(), smallest.sites->size(), failing.sites->size(), tries);
  write(smallest, file);
  return 0;
}

int find_bugs(const std::string& file) {
  bool all_found = true;
  each_line(file, [&](const workloads::workload& one, const std::string& bug) {
    plant(bug);
    std::uint64_t found_after = 0;
    std::uint64_t failed = 0;
    std::string failure;
    for (std::uint64_t seed = 0; seed < seeds_to_find_a_bug; ++seed) {
      if (found_after != 0 && seed >= seeds_to_count) break;
      const rt::sim::report report = run(one, seed).report;
      if (report.ok()) continue;
      failed += seed < seeds_to_count;
      if (found_after != 0) continue;
      found_after = seed + 1;
      failure = report.failure;
    }
    plant({});
    all_found = all_found && found_after != 0;
    std::printf(
        "%s %s: %s, after %llu seeds; in %llu of the first %llu%s%s\n",
        std::string(one.name).c_str(), bug.c_str(),
        found_after != 0 ? "found" : "failed: not found",
        static_cast<unsigned long long>(found_after != 0 ? found_after : seeds_to_find_a_bug),
        static_cast<unsigned long long>(failed), static_cast<unsigned long long>(seeds_to_count),
        failure.empty() ? "" : ": ", failure.c_str());
    std::fflush(stdout);
  });
  return all_found ? 0 : 1;
}

}  // namespace runs
