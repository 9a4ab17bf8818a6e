#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "sim/random_stream.hpp"

// Goes through all that can happen in a world of values that exchange letters.
namespace explore {

struct search_result {
  std::uint64_t states = 0;
  std::uint64_t steps = 0;
  std::size_t depth = 0;        ///< steps of the longest shortest way to a state
  std::size_t letters_max = 0;  ///< on the way at one moment
  std::string failure;          ///< empty, or what is wrong and the shortest way there
};

namespace detail {

using fingerprint = std::pair<std::uint64_t, std::uint64_t>;

struct fingerprint_hash {
  std::size_t operator()(const fingerprint& of) const noexcept { return of.first; }
};

inline fingerprint fingerprint_of(const std::vector<std::uint64_t>& key) {
  fingerprint made{1, 2};
  for (const std::uint64_t word : key) {
    made.first = rt::sim::random_stream::mixed(made.first ^ word) + 0x9e3779b97f4a7c15U;
    made.second = rt::sim::random_stream::mixed(made.second + word) ^ (made.second << 7U);
  }
  return made;
}

}  // namespace detail

/// Goes through every state that can be reached from `first`, nearest first.
/// Shape: a world is a value with `actions`, `apply`, `key` and `letters_on_the_way`; an action has
/// `describe`. Two states with the same 128 bits of hash are taken for one.
template <class Action, class World>
search_result search_world(const World& first) {
  search_result result;
  // How a state was reached first: by which step, from which state.
  struct way {
    std::uint32_t from;
    Action step;
  };
  struct reached {
    World state;
    std::uint32_t number;
    std::size_t depth;
  };
  // Only membership is asked of it.
  std::unordered_set<detail::fingerprint, detail::fingerprint_hash> seen;
  std::vector<way> ways{{0, {}}};
  std::deque<reached> frontier;
  frontier.push_back({first, 0, 0});
  seen.insert(detail::fingerprint_of(first.key()));
  while (!frontier.empty()) {
    const reached here = std::move(frontier.front());
    frontier.pop_front();
    result.depth = here.depth;
    for (const Action& step : here.state.actions()) {
      ++result.steps;
      World next = here.state;
      result.failure = next.apply(step);
      if (!result.failure.empty()) {
        std::string trace = "\n  " + describe(step);
        for (std::uint32_t at = here.number; at != 0; at = ways[at].from) {
          trace = "\n  " + describe(ways[at].step) + trace;
        }
        result.failure += trace;
        result.states = seen.size();
        return result;
      }
      if (!seen.insert(detail::fingerprint_of(next.key())).second) continue;
      result.letters_max = std::max(result.letters_max, next.letters_on_the_way());
      ways.push_back({here.number, step});
      frontier.push_back(
          {std::move(next), static_cast<std::uint32_t>(ways.size() - 1), here.depth + 1});
    }
  }
  result.states = seen.size();
  return result;
}

}  // namespace explore
