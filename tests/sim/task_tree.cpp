#include "sim/task_tree.hpp"

#include <chrono>
#include <utility>
#include <vector>

#include <rt/rt.hpp>

#include "sim/random_stream.hpp"

namespace workloads {

std::uint64_t& trees_begun() noexcept {
  static std::uint64_t begun = 0;
  return begun;
}

std::uint64_t plain_sum_of_tree(std::uint64_t seed, int depth) {
  rt::sim::random_stream numbers(seed, static_cast<std::uint64_t>(depth));
  const auto children = depth == 0 ? 0 : numbers.below(4);
  std::uint64_t sum = seed;
  for (std::uint64_t i = 0; i < children; ++i) sum += plain_sum_of_tree(numbers.next(), depth - 1);
  return sum;
}

std::uint64_t sum_of_tree(std::uint64_t seed, int depth) {
  ++trees_begun();
  rt::sim::random_stream numbers(seed, static_cast<std::uint64_t>(depth));
  const auto children = depth == 0 ? 0 : numbers.below(4);
  std::vector<rt::object_ref<std::uint64_t>> refs;
  rt::sim::random_stream habits(seed, 99);
  for (std::uint64_t i = 0; i < children; ++i) {
    const std::uint64_t child_seed = numbers.next();
    // Some may not be run by the thread that waits for them.
    if (habits.one_in(4)) {
      refs.push_back(rt::remote<sum_of_tree>.with({.in_caller = false})(child_seed, depth - 1));
    } else if (habits.one_in(6)) {
      refs.push_back(rt::remote<sum_of_tree>.with({.num_cpus = 0.5})(child_seed, depth - 1));
    } else {
      refs.push_back(rt::remote<sum_of_tree>(child_seed, depth - 1));
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

}  // namespace workloads
