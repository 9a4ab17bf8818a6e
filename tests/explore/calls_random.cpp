#include "explore/calls_random.hpp"

#include <algorithm>
#include <vector>

#include "explore/calls_world.hpp"
#include "sim/random_stream.hpp"

namespace explore::calls {
namespace {

using rt::sim::random_stream;

unsigned below(random_stream& numbers, std::uint64_t bound) {
  return static_cast<unsigned>(numbers.below(bound));
}

/// Some of the processes, in order, and one at least.
std::vector<process> some(process of, random_stream& numbers) {
  std::vector<process> chosen;
  for (process each = 0; each < of; ++each) {
    if (numbers.one_in(2)) chosen.push_back(each);
  }
  if (chosen.empty()) chosen.push_back(below(numbers, of));
  return chosen;
}

limits limits_of(random_stream& numbers) {
  limits made;
  made.processes = 2 + below(numbers, 4);
  made.callers = some(made.processes, numbers);
  made.hosts = some(made.processes, numbers);
  // Some worlds are long, most are short: what goes wrong needs few calls, or many.
  made.calls = numbers.one_in(8) ? 20 + below(numbers, 40) : 1 + below(numbers, 8);
  made.retries = static_cast<int>(numbers.below(4));
  made.max_restarts = static_cast<int>(numbers.below(6)) - 1;
  made.restarts_max = 1 + below(numbers, 5);
  made.together = numbers.one_in(3) ? 2 + below(numbers, 3) : 1;
  made.registered = numbers.one_in(3);
  made.unready = below(numbers, 6);
  made.late_arguments = below(numbers, 6);
  made.ticks = below(numbers, 20);
  made.drops = below(numbers, 2);
  // One run in four has no faults.
  if (numbers.one_in(4)) return made;
  made.cancels = below(numbers, 8);
  made.kills = numbers.one_in(4) ? 1 : 0;
  made.mild_kills = below(numbers, 3);
  made.exits = numbers.one_in(4) ? 1 : 0;
  made.throws = numbers.one_in(6) ? 1 : 0;
  made.refusals = numbers.one_in(6) ? 1 : 0;
  made.breaks = below(numbers, 4);
  made.deaths = below(numbers, 3);
  made.crashes = below(numbers, 5);
  made.late = below(numbers, 4);
  return made;
}

/// How likely each kind of step is, and each way of a letter: other in each run, since a bug may
/// need what comes at once and what comes late, and never be seen in a run of averages.
class likelihood {
 public:
  likelihood(const limits& of, random_stream& numbers)
      : processes_(of.processes),
        kinds_(static_cast<std::size_t>(action::kind::tick) + 1),
        ways_(std::size_t{of.processes} * of.processes) {
    for (auto& each : kinds_) each = std::uint64_t{1} << numbers.below(5);
    for (auto& each : ways_) each = numbers.one_in(4) ? 2 : 16;
  }

  std::uint64_t of(const action& step) const {
    const std::uint64_t kind = kinds_[static_cast<std::size_t>(step.what)];
    switch (step.what) {
      case action::kind::deliver:
        return kind * ways_[std::size_t{step.other} * processes_ + step.at];
      case action::kind::break_off:
      case action::kind::die:
      case action::kind::crash:
      case action::kind::kill:
      case action::kind::exit:
      case action::kind::cancel:
      case action::kind::drop:
      case action::kind::refuse: return 1;  // rare, or little would happen before
      default: return kind * 4;
    }
  }

 private:
  std::size_t processes_;
  std::vector<std::uint64_t> kinds_;
  std::vector<std::uint64_t> ways_;
};

std::string run(std::uint64_t seed, std::uint64_t& steps) {
  random_stream numbers(seed);
  const limits allowed = limits_of(numbers);
  const std::size_t busy_steps = 30 + numbers.below(60 * std::uint64_t{allowed.calls});
  const likelihood likely(allowed, numbers);
  world state(allowed);
  const std::string failure = walk<action>(state, busy_steps, likely, numbers, steps);
  return failure.empty() ? failure : "seed " + std::to_string(seed) + ": " + failure;
}

}  // namespace

random_result run_seeds(std::uint64_t first, std::uint64_t count) {
  return run_each_seed(first, count, &run);
}

}  // namespace explore::calls
