#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <rt/sim.hpp>

namespace workloads {

/// One kind of program, of which the seed makes many.
/// Shape: one of the two functions.
struct workload {
  std::string_view name;
  /// The driver of a simulation: it checks what it does by `rt::sim::check`.
  void (*run)(std::uint64_t seed) = nullptr;
  /// One that needs no runtime, and makes its world itself.
  rt::sim::report (*run_alone)(std::uint64_t seed) = nullptr;
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
rt::sim::report network_exchange(std::uint64_t seed);
rt::sim::report sessions(std::uint64_t seed);

/// Returns all of them. The order is part of recorded seeds: add at the end.
const std::vector<workload>& all();

}  // namespace workloads
