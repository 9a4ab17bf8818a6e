#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/random_stream.hpp"

// Takes worlds of values that exchange letters, larger than can be explored whole, through random steps.
namespace explore {

struct random_result {
  std::uint64_t seeds = 0;
  std::uint64_t steps = 0;
  std::string failure;  ///< empty, or what is wrong, the seed, and steps that lead there
};

/// Draws one of what can happen, each as often as `likely.of` says.
template <class Action, class Likelihood>
const Action& choose(const std::vector<Action>& possible, const Likelihood& likely,
                     rt::sim::random_stream& numbers) {
  std::uint64_t all = 0;
  for (const Action& each : possible) all += likely.of(each);
  std::uint64_t drawn = numbers.below(all);
  std::size_t at = 0;
  for (; drawn >= likely.of(possible[at]); ++at) drawn -= likely.of(possible[at]);
  return possible[at];
}

/// Lets all happen in a world that can still happen once no more harm comes to it, by turns, so that nobody's
/// steps keep all others waiting.
/// Shape: what fails meanwhile, or is left. It ends when nothing has been possible for `still_max` times, in which
/// time passes; or as a failure after `steps_max` steps, long before which it comes to an end, if it does.
template <class World>
std::string let_end(World& state, std::size_t steps_max, unsigned still_max) {
  unsigned still = 0;
  for (std::size_t steps = 0; still < still_max; ++steps) {
    if (steps == steps_max) return "it comes to no end";
    const auto possible = state.actions();
    if (possible.empty()) {
      state.pass_time();
      ++still;
      continue;
    }
    still = 0;
    const std::string failure = state.apply(possible[steps % possible.size()]);
    if (!failure.empty()) return failure + " (when all is let run to the end)";
  }
  return state.what_is_left();
}

/// Has so many random steps happen in a world, then lets it run to its end.
/// Shape: the failure with the last of the steps; `steps` is added to.
template <class Action, class World, class Likelihood>
std::string walk(World& state, std::size_t busy_steps, const Likelihood& likely,
                 rt::sim::random_stream& numbers, std::uint64_t& steps) {
  state.check_ends(false);
  std::vector<Action> done;
  std::string failure;
  while (failure.empty() && done.size() != busy_steps) {
    const std::vector<Action> possible = state.actions();
    if (possible.empty()) break;
    done.push_back(choose(possible, likely, numbers));
    failure = state.apply(done.back());
  }
  steps += done.size();
  if (failure.empty()) failure = state.run_to_the_end();
  if (failure.empty()) return failure;
  constexpr std::size_t shown_max = 60;
  const std::size_t hidden = done.size() - std::min(done.size(), shown_max);
  for (std::size_t i = hidden; i < done.size(); ++i) failure += "\n  " + describe(done[i]);
  return failure;
}

/// Runs seeds until one fails. `run(seed, steps)` gives its failure.
template <class Run>
random_result run_each_seed(std::uint64_t first, std::uint64_t count, const Run& run) {
  random_result result;
  for (; result.seeds < count && result.failure.empty(); ++result.seeds) {
    result.failure = run(first + result.seeds, result.steps);
  }
  return result;
}

}  // namespace explore
