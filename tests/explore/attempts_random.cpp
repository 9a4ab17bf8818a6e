#include "explore/attempts_random.hpp"

#include <algorithm>
#include <vector>

#include "explore/attempts_world.hpp"
#include "sim/random_stream.hpp"

namespace explore::attempts {
namespace {

using rt::sim::random_stream;

unsigned below(random_stream& numbers, std::uint64_t bound) {
  return static_cast<unsigned>(numbers.below(bound));
}

limits limits_of(random_stream& numbers) {
  limits made;
  made.owners = 2 + below(numbers, 2);
  made.nodes = 1 + below(numbers, 4);
  made.cpus = 1 + below(numbers, 3);
  // Some worlds are long, most are short: what goes wrong needs few tasks, or many.
  made.tasks = numbers.one_in(8) ? 60 + below(numbers, 60) : 3 + below(numbers, 12);
  made.never_twice = numbers.one_in(2) ? below(numbers, made.tasks) : 0;
  made.retries = static_cast<int>(numbers.below(4));
  made.depth = 1 + below(numbers, 5);
  made.slots_max = 1 + below(numbers, 5);
  made.carried = below(numbers, 4);
  made.locals = below(numbers, 6);
  made.ticks = 20 + below(numbers, 100);
  made.overlaps = below(numbers, 4);
  // One run in four has no faults.
  if (numbers.one_in(4)) return made;
  made.cancels = below(numbers, 12);
  made.overtakes = below(numbers, 4);
  made.breaks = below(numbers, 4);
  made.node_deaths = below(numbers, 3);
  made.process_deaths = below(numbers, 5);
  made.owner_deaths = below(numbers, 2);
  made.late = below(numbers, 4);
  made.spills = below(numbers, 3);
  if (made.nodes > 1) made.drains = below(numbers, 2);
  return made;
}

/// How likely each kind of step is, and each way of a letter: other in each run, since a bug may
/// need what comes at once and what comes late, and never be seen in a run of averages.
class likelihood {
 public:
  likelihood(const limits& of, random_stream& numbers)
      : kinds_(static_cast<std::size_t>(action::kind::drain) + 1),
        ways_(2U * of.owners * of.nodes) {
    nodes_ = of.nodes;
    for (auto& each : kinds_) each = std::uint64_t{1} << numbers.below(5);
    for (auto& each : ways_) each = numbers.one_in(4) ? 2 : 16;
  }

  std::uint64_t of(const action& step) const {
    const std::uint64_t kind = kinds_[static_cast<std::size_t>(step.what)];
    const std::size_t way = 2 * (std::size_t{step.owner} * nodes_ + step.node);
    switch (step.what) {
      case action::kind::to_node: return kind * ways_[way];
      case action::kind::to_owner: return kind * ways_[way + 1];
      case action::kind::overtake: return 64;  // seldom possible
      case action::kind::break_off:
      case action::kind::node_dies:
      case action::kind::process_dies:
      case action::kind::owner_dies:
      case action::kind::cancel:
      case action::kind::drain: return 1;  // rare, or little would happen before
      default: return kind * 4;
    }
  }

 private:
  std::vector<std::uint64_t> kinds_;
  std::vector<std::uint64_t> ways_;
  std::size_t nodes_ = 1;
};

std::string run(std::uint64_t seed, std::uint64_t& steps) {
  random_stream numbers(seed);
  const limits allowed = limits_of(numbers);
  const std::size_t busy_steps = 30 + numbers.below(40 * std::uint64_t{allowed.tasks});
  const likelihood likely(allowed, numbers);
  world state(allowed);
  const std::string failure = walk<action>(state, busy_steps, likely, numbers, steps);
  return failure.empty() ? failure : "seed " + std::to_string(seed) + ": " + failure;
}

}  // namespace

random_result run_seeds(std::uint64_t first, std::uint64_t count) {
  return run_each_seed(first, count, &run);
}

}  // namespace explore::attempts
