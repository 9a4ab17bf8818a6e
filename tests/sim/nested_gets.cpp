#include <cstddef>
#include <cstdint>
#include <vector>

#include <rt/rt.hpp>
#include <rt/sim.hpp>

#include "sim/random_stream.hpp"
#include "sim/task_tree.hpp"
#include "sim/workload.hpp"

// Tasks that wait for tasks they have made, deeper than there are CPUs: whoever waits gives its place
// away or runs what it waits for.

void workloads::nested_gets(std::uint64_t seed) {
  rt::sim::random_stream numbers(seed, 11);
  trees_begun() = 0;
  std::vector<std::uint64_t> seeds(static_cast<std::size_t>(numbers.between(1, 4)));
  std::vector<rt::object_ref<std::uint64_t>> refs;
  const int depth = static_cast<int>(numbers.between(1, 4));
  for (auto& each : seeds) {
    each = numbers.next();
    refs.push_back(rt::remote<sum_of_tree>(each, depth));
  }
  for (std::size_t i = 0; i < seeds.size(); ++i) {
    rt::sim::check(rt::get(refs[i]) == plain_sum_of_tree(seeds[i], depth),
                   "a tree has a wrong sum");
  }
  rt::sim::check(trees_begun() >= seeds.size(), "a tree did not run");
}
