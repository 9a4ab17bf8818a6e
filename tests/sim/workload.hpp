#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace workloads {

/// One kind of program, of which the seed makes many: it checks what it does by `rt::sim::check`.
/// Thread: the driver of a simulation.
struct workload {
  std::string_view name;
  void (*run)(std::uint64_t seed);
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

/// Returns all of them. The order is part of recorded seeds: add at the end.
const std::vector<workload>& all();

}  // namespace workloads
