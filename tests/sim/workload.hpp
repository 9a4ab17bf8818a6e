#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <rt/sim.hpp>

#include "sim/fault_sites.hpp"
#include "sim/network_counts.hpp"
#include "sim/schedule.hpp"

namespace workloads {

/// What is told of a run without a runtime.
struct planned_report {
  rt::sim::report report;
  rt::sim::network_counts network = {};
};

/// A workload that needs no runtime: it makes its world itself, and what befalls it is planned.
struct planned_workload {
  /// Says what the seed decides: sizes and faults. Fault sites are left to the seed.
  schedule (*plan)(std::uint64_t seed) = nullptr;
  /// Runs what was planned, or less of it. `sites` are active; it calms them when the harm is to end.
  planned_report (*run)(const schedule& planned, rt::sim::fault_sites& sites) = nullptr;
  /// The least that each size may be.
  std::map<std::string, std::int64_t> least = {};
};

/// One kind of program, of which the seed makes many.
/// Shape: one of the two.
struct workload {
  std::string_view name;
  /// The driver of a simulation: it checks what it does by `rt::sim::check`.
  void (*run)(std::uint64_t seed) = nullptr;
  planned_workload planned = {};
};

void task_graph(std::uint64_t seed);
void nested_gets(std::uint64_t seed);
void actors(std::uint64_t seed);
void cancels(std::uint64_t seed);
void deadlines(std::uint64_t seed);
void endings(std::uint64_t seed);
void coroutines(std::uint64_t seed);
void streams(std::uint64_t seed);
void concurrent_calls(std::uint64_t seed);
planned_workload network_exchange();
planned_workload sessions();
planned_workload control_plane();
planned_workload transfers();
planned_workload cluster_tasks();
planned_workload cluster_references();
planned_workload cluster_actors();
planned_workload cluster_objects();
planned_workload cluster_rings();
planned_workload cluster_waits();
planned_workload cluster_limits();
planned_workload cluster_cancels();
planned_workload cluster_registers();
planned_workload cluster_mixtures();
planned_workload cluster_names();
planned_workload cluster_services();
planned_workload cluster_driver_dies();
planned_workload cluster_bursts();

/// Returns all of them. The order is part of recorded seeds: add at the end.
const std::vector<workload>& all();

/// Returns the one of that name; null where there is none.
const workload* find(std::string_view name);

}  // namespace workloads
