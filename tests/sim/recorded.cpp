#include "sim/recorded.hpp"

#include <cstdio>
#include <fstream>

#include "sim/arguments.hpp"
#include "sim/one_run.hpp"

namespace runs {
namespace {

constexpr std::uint64_t recorded_seeds = 32;  // of each workload

std::string hash_line(const workloads::workload& one, std::uint64_t seed) {
  const rt::sim::report report = run(one, seed).report;
  char line[256];
  std::snprintf(line, sizeof line, "%s %llu %016llx %llu", std::string(one.name).c_str(),
                static_cast<unsigned long long>(seed),
                static_cast<unsigned long long>(report.trace_hash),
                static_cast<unsigned long long>(report.steps));
  if (!report.ok()) return std::string(line) + " failed";
  return line;
}

}  // namespace

void each_line(
    const std::string& path,
    const std::function<void(const workloads::workload&, const std::string& rest)>& see) {
  std::ifstream file(path);
  if (!file) misused("cannot read " + path);
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    const auto space = line.find(' ');
    const workloads::workload* one = workloads::find(line.substr(0, space));
    if (one == nullptr || space == std::string::npos) {
      misused("no workload of that name: " + line);
    }
    see(*one, line.substr(space + 1));
  }
}

int print_hashes() {
  std::printf("# workload, seed, trace hash, steps: the same with any compiler and build.\n");
  std::printf("# Made by sim_main --print-hashes; a change of the engine changes them.\n");
  for (const auto& one : workloads::all()) {
    for (std::uint64_t seed = 0; seed < recorded_seeds; ++seed) {
      std::printf("%s\n", hash_line(one, seed).c_str());
    }
  }
  return 0;
}

int check_hashes(const std::string& path) {
  int compared = 0;
  int different = 0;
  each_line(path, [&](const workloads::workload& one, const std::string& rest) {
    ++compared;
    const std::string recorded = std::string(one.name) + " " + rest;
    const std::string found = hash_line(one, number(rest.substr(0, rest.find(' '))));
    if (found == recorded) return;
    ++different;
    std::printf("recorded: %s\nthis one: %s\n", recorded.c_str(), found.c_str());
  });
  std::printf("%d traces compared, %d differ (%s)\n", compared, different, build_name());
  return compared > 0 && different == 0 ? 0 : 1;
}

}  // namespace runs
