#include "explore/borrowing_random.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "explore/borrowing_world.hpp"
#include "sim/random_stream.hpp"

namespace explore::borrowing {
namespace {

limits limits_of(rt::sim::random_stream& numbers) {
  limits made;
  made.processes = 4 + numbers.below(3);
  made.calls = 20 + static_cast<unsigned>(numbers.below(60));
  made.puts = 5 + static_cast<unsigned>(numbers.below(30));
  made.opens = static_cast<unsigned>(numbers.below(40));
  made.plain_puts = true;
  made.empty_calls = numbers.one_in(2);
  made.results = !numbers.one_in(4);
  // One run in three has no faults.
  if (numbers.one_in(3)) return made;
  made.deaths = static_cast<unsigned>(numbers.below(3));
  made.repeats = static_cast<unsigned>(numbers.below(10));
  made.resets = static_cast<unsigned>(numbers.below(10));
  made.buried_after_all = numbers.one_in(2);
  return made;
}

/// How likely each kind of step is, and each way of a letter: other in each run, since a bug may need
/// what is dropped at once and what arrives late, and never be seen in a run of averages.
class likelihood {
 public:
  likelihood(process processes, rt::sim::random_stream& numbers)
      : of_kinds_(static_cast<std::size_t>(action::kind::bury) + 1),
        of_ways_(processes * processes),
        processes_(processes) {
    for (auto& each : of_kinds_) each = std::uint64_t{1} << numbers.below(5);
    for (auto& each : of_ways_) each = numbers.one_in(4) ? 1 : 8;
  }

  std::uint64_t of(const action& step) const {
    const std::uint64_t kind = of_kinds_[static_cast<std::size_t>(step.what)];
    const bool arrives = step.what == action::kind::deliver || step.what == action::kind::keep;
    if (step.what == action::kind::die) return 1;           // rare, or little would happen before
    if (step.what == action::kind::open) return kind * 16;  // before all else that is held goes
    return kind * (arrives ? of_ways_[step.at * processes_ + step.other] : 4);
  }

 private:
  std::vector<std::uint64_t> of_kinds_;
  std::vector<std::uint64_t> of_ways_;
  process processes_;
};

/// Does those of the steps that are possible when their turn comes.
/// Shape: the failure, and the steps that were done until then.
std::pair<std::string, std::vector<action>> replay(const limits& allowed,
                                                   const std::vector<action>& steps) {
  world state(allowed);
  std::pair<std::string, std::vector<action>> result;
  for (const action& step : steps) {
    const std::vector<action> possible = state.actions();
    if (std::find(possible.begin(), possible.end(), step) == possible.end()) continue;
    result.second.push_back(step);
    result.first = state.apply(step);
    if (!result.first.empty()) break;
  }
  return result;
}

/// Leaves out what is not needed for the failure, larger pieces first.
std::string shortest(const limits& allowed, std::vector<action> steps, std::string failure) {
  for (std::size_t piece = steps.size() / 2; piece != 0; piece /= 2) {
    for (std::size_t at = 0; at + piece <= steps.size();) {
      std::vector<action> fewer = steps;
      const auto from = fewer.begin() + static_cast<std::ptrdiff_t>(at);
      fewer.erase(from, from + static_cast<std::ptrdiff_t>(piece));
      auto [also_failure, done] = replay(allowed, fewer);
      if (also_failure.empty()) {
        at += piece;
        continue;
      }
      failure = std::move(also_failure);
      steps = std::move(done);
    }
  }
  for (const action& step : steps) failure += "\n  " + describe(step);
  return failure;
}

std::string run(std::uint64_t seed, std::uint64_t& steps) {
  rt::sim::random_stream numbers(seed);
  const std::size_t busy_steps = 50 + numbers.below(450);
  const limits allowed = limits_of(numbers);
  const likelihood likely(allowed.processes, numbers);
  world state(allowed);
  std::vector<action> done;
  std::string failure;
  while (failure.empty()) {
    if (done.size() == busy_steps) state.calm();
    const std::vector<action> possible = state.actions();
    if (possible.empty()) break;
    done.push_back(choose(possible, likely, numbers));
    failure = state.apply(done.back());
  }
  steps += done.size();
  if (failure.empty() && !state.empty()) failure = "a book is not empty at the end";
  if (failure.empty()) return failure;
  const char* const burial = allowed.buried_after_all ? ", buried after all" : "";
  return "seed " + std::to_string(seed) + burial + ": " +
         shortest(allowed, std::move(done), std::move(failure));
}

}  // namespace

random_result run_seeds(std::uint64_t first, std::uint64_t count) {
  return run_each_seed(first, count, &run);
}

}  // namespace explore::borrowing
