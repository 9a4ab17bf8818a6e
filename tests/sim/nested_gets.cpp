#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <rt/rt.hpp>
#include <rt/sim.hpp>

#include "sim/random_stream.hpp"
#include "sim/workload.hpp"

// Tasks that wait for tasks they have made, deeper than there are CPUs: whoever waits gives its place
// away or runs what it waits for.

namespace {

std::uint64_t begun = 0;

std::uint64_t plain(std::uint64_t seed, int depth) {
  rt::sim::random_stream numbers(seed, static_cast<std::uint64_t>(depth));
  const auto children = depth == 0 ? 0 : numbers.below(4);
  std::uint64_t sum = seed;
  for (std::uint64_t i = 0; i < children; ++i) sum += plain(numbers.next(), depth - 1);
  return sum;
}

std::uint64_t tree(std::uint64_t seed, int depth) {
  ++begun;
  rt::sim::random_stream numbers(seed, static_cast<std::uint64_t>(depth));
  const auto children = depth == 0 ? 0 : numbers.below(4);
  std::vector<rt::object_ref<std::uint64_t>> refs;
  rt::sim::random_stream habits(seed, 99);
  for (std::uint64_t i = 0; i < children; ++i) {
    const std::uint64_t child_seed = numbers.next();
    // Some may not be run by the thread that waits for them.
    if (habits.one_in(4)) {
      refs.push_back(rt::remote<tree>.with({.in_caller = false})(child_seed, depth - 1));
    } else if (habits.one_in(6)) {
      refs.push_back(rt::remote<tree>.with({.num_cpus = 0.5})(child_seed, depth - 1));
    } else {
      refs.push_back(rt::remote<tree>(child_seed, depth - 1));
    }
  }
  if (habits.one_in(5)) rt::this_task::sleep_for(std::chrono::microseconds(habits.below(2'000)));
  std::uint64_t sum = seed;
  switch (habits.below(3)) {
    case 0:
      for (auto each = refs.rbegin(); each != refs.rend(); ++each) sum += rt::get(*each);
      break;
    case 1: {
      auto left = refs;
      while (!left.empty()) {
        auto found = rt::wait(left, {.num_returns = 1});
        for (auto& each : found.ready) sum += rt::get(std::move(each));
        left = std::move(found.pending);
      }
      break;
    }
    default:
      for (std::uint64_t each : rt::get(refs)) sum += each;
  }
  return sum;
}

}  // namespace

void workloads::nested_gets(std::uint64_t seed) {
  rt::sim::random_stream numbers(seed, 11);
  begun = 0;
  std::vector<std::uint64_t> seeds(static_cast<std::size_t>(numbers.between(1, 4)));
  std::vector<rt::object_ref<std::uint64_t>> refs;
  const int depth = static_cast<int>(numbers.between(1, 4));
  for (auto& each : seeds) {
    each = numbers.next();
    refs.push_back(rt::remote<tree>(each, depth));
  }
  for (std::size_t i = 0; i < seeds.size(); ++i) {
    rt::sim::check(rt::get(refs[i]) == plain(seeds[i], depth), "a tree has a wrong sum");
  }
  rt::sim::check(begun >= seeds.size(), "a tree did not run");
}
