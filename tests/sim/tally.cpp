#include "sim/tally.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace runs {
namespace {

using rt::sim::fault_kind;
using rt::sim::network_counts;

constexpr std::pair<const char*, std::uint64_t network_counts::*> counts_of_network[] = {
    {"frames taken", &network_counts::frames_taken},
    {"frames received", &network_counts::frames_received},
    {"frames lost", &network_counts::frames_lost},
    {"frames doubled", &network_counts::frames_doubled},
    {"frames reordered", &network_counts::frames_reordered},
    {"frames dropped", &network_counts::frames_dropped},
    {"connections", &network_counts::connections},
    {"resets", &network_counts::resets},
    {"partitions", &network_counts::partitions},
    {"isolations", &network_counts::isolations},
    {"clogs", &network_counts::clogs},
    {"pauses", &network_counts::pauses},
    {"crashes", &network_counts::crashes},
};

void print_number(const std::string& name, std::uint64_t value) {
  std::printf("  %-40s %llu\n", name.c_str(), static_cast<unsigned long long>(value));
}

std::string kind_name(std::size_t index) {
  return std::string(to_string(static_cast<fault_kind>(index)));
}

/// Returns how many places were come to, and how many of those to which the workload must, in words.
std::string share(const std::set<std::string>& met,
                  const std::map<std::string, std::set<std::string>>& known,
                  std::string_view workload) {
  const std::string all = met.empty() ? "none" : std::to_string(met.size());
  const auto found = known.find(std::string(workload));
  if (found == known.end()) return all;
  const std::set<std::string>& must = found->second;
  const auto there = std::count_if(must.begin(), must.end(),
                                   [&](const std::string& each) { return met.count(each) != 0; });
  return all + "; " + std::to_string(there) + " of " + std::to_string(must.size()) +
         " that it must";
}

}  // namespace

void tally::add(const outcome& one) {
  ++runs;
  steps += one.report.steps;
  const auto planned = one.plan.counts();
  for (std::size_t i = 0; i < planned.size(); ++i) faults_planned[i] += planned[i];
  for (const auto& [name, count] : counts_of_network) network.*count += one.network.*count;
  for (const auto& [name, each] : one.sites.sites()) {
    site_sums& sum = sites[name];
    sum.runs_on += each.rate_ppm != 0;
    sum.asked += each.asked;
    sum.fired += each.fired;
  }
  for (const auto& [name, times] : one.sites.probes()) probes[name] += times;
  if (one.report.ok()) return;
  ++failed;
  if (failures.size() < failures_kept) failures.push_back(one.repeated_by);
}

known_places read_known_places(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  known_places read;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    std::string workload;
    std::string what;
    std::string name;
    if (!(words >> workload >> what >> name) || (what != "site" && what != "probe")) {
      throw std::runtime_error(path + ": not a known place: " + line);
    }
    (what == "site" ? read.sites : read.probes)[workload].insert(name);
  }
  return read;
}

namespace {

/// Must some workload come to it? Then others may.
bool stands_anywhere(const std::map<std::string, std::set<std::string>>& places,
                     const std::string& name) {
  return std::any_of(places.begin(), places.end(),
                     [&](const auto& of) { return of.second.count(name) != 0; });
}

}  // namespace

std::vector<std::string> judge(std::string_view workload, const tally& sums,
                               const known_places& known) {
  std::vector<std::string> complaints;
  if (sums.runs < runs_to_judge) return complaints;
  const std::string name(workload);
  const std::string in = name + ", in " + std::to_string(sums.runs) + " runs: ";
  const auto expected = [&](const auto& places) {
    const auto found = places.find(name);
    return found != places.end() ? found->second : std::set<std::string>();
  };
  const auto probes = expected(known.probes);
  const auto sites = expected(known.sites);
  for (const std::string& each : probes) {
    if (sums.probes.count(each) == 0) complaints.push_back(in + "never reached " + each);
  }
  for (const std::string& each : sites) {
    const auto found = sums.sites.find(each);
    if (found == sums.sites.end()) complaints.push_back(in + "never asked " + each);
    else if (found->second.fired == 0) complaints.push_back(in + "never fired " + each);
  }
  for (const auto& [each, times] : sums.probes) {
    if (!stands_anywhere(known.probes, each))
      complaints.push_back(in + "reached an unknown " + each);
  }
  for (const auto& [each, times] : sums.sites) {
    if (!stands_anywhere(known.sites, each)) complaints.push_back(in + "asked an unknown " + each);
  }
  return complaints;
}

void print_report(std::string_view workload, const tally& sums) {
  std::printf("%s: %llu runs, %llu steps, %llu failed\n", std::string(workload).c_str(),
              static_cast<unsigned long long>(sums.runs),
              static_cast<unsigned long long>(sums.steps),
              static_cast<unsigned long long>(sums.failed));
  for (std::size_t i = 0; i < sums.faults_planned.size(); ++i) {
    if (sums.faults_planned[i] == 0) continue;
    print_number("planned: " + kind_name(i), sums.faults_planned[i]);
  }
  if (sums.network.connections != 0) {
    for (const auto& [name, count] : counts_of_network) {
      print_number(std::string("network: ") + name, sums.network.*count);
    }
  }
  for (const auto& [name, each] : sums.sites) {
    std::printf("  %-40s on in %llu runs, asked %llu times, fired %llu\n",
                ("site: " + name).c_str(), static_cast<unsigned long long>(each.runs_on),
                static_cast<unsigned long long>(each.asked),
                static_cast<unsigned long long>(each.fired));
  }
  for (const auto& [name, times] : sums.probes) print_number("probe: " + name, times);
}

void print_table_head() {
  std::printf(
      "| workload | seeds | seeds per minute | faults | fault sites fired | probes reached | "
      "failures |\n|---|---|---|---|---|---|---|\n");
  std::fflush(stdout);  // what follows may crash
}

void print_table_row(std::string_view workload, const tally& sums, const known_places& known) {
  std::string faults;
  for (std::size_t i = 0; i < sums.faults_planned.size(); ++i) {
    if (sums.faults_planned[i] == 0) continue;
    faults +=
        (faults.empty() ? "" : ", ") + std::to_string(sums.faults_planned[i]) + " " + kind_name(i);
  }
  std::string failures = std::to_string(sums.failed);
  for (const std::string& each : sums.failures) failures += "; `sim_main " + each + "`";
  if (sums.failed > sums.failures.size()) failures += "; …";
  std::set<std::string> fired;
  for (const auto& [name, each] : sums.sites) {
    if (each.fired != 0) fired.insert(name);
  }
  std::set<std::string> reached;
  for (const auto& [name, times] : sums.probes) reached.insert(name);
  std::printf("| %s | %llu | %.0f | %s | %s | %s | %s |\n", std::string(workload).c_str(),
              static_cast<unsigned long long>(sums.runs),
              static_cast<double>(sums.runs) * 60 / std::max(sums.seconds, 1e-9),
              faults.empty() ? "none" : faults.c_str(), share(fired, known.sites, workload).c_str(),
              share(reached, known.probes, workload).c_str(), failures.c_str());
}

}  // namespace runs
