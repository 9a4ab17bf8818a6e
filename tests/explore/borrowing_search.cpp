#include "explore/borrowing_search.hpp"

#include <deque>
#include <unordered_set>
#include <utility>

#include "sim/random_stream.hpp"

namespace explore::borrowing {
namespace {

using fingerprint = std::pair<std::uint64_t, std::uint64_t>;

struct fingerprint_hash {
  std::size_t operator()(const fingerprint& of) const noexcept { return of.first; }
};

fingerprint fingerprint_of(const world& state) {
  fingerprint made{1, 2};
  for (const std::uint64_t word : state.key()) {
    made.first = rt::sim::random_stream::mixed(made.first ^ word) + 0x9e3779b97f4a7c15U;
    made.second = rt::sim::random_stream::mixed(made.second + word) ^ (made.second << 7U);
  }
  return made;
}

/// How a state was reached first: by which step, from which state.
struct way {
  std::uint32_t from;
  action step;
};

std::string trace(const std::vector<way>& ways, std::uint32_t at) {
  std::string text;
  for (; at != 0; at = ways[at].from) text = "\n  " + describe(ways[at].step) + text;
  return text;
}

}  // namespace

search_result search(const limits& allowed) {
  search_result result;
  // Only membership is asked of it.
  std::unordered_set<fingerprint, fingerprint_hash> seen;
  std::vector<way> ways{{0, {}}};
  struct reached {
    world state;
    std::uint32_t number;
    std::size_t depth;
  };
  std::deque<reached> frontier;
  frontier.push_back({world(allowed), 0, 0});
  seen.insert(fingerprint_of(frontier.front().state));
  while (!frontier.empty()) {
    const reached here = std::move(frontier.front());
    frontier.pop_front();
    result.depth = here.depth;
    for (const action& step : here.state.actions()) {
      ++result.steps;
      world next = here.state;
      const std::string failure = next.apply(step);
      if (!failure.empty()) {
        result.failure = failure + trace(ways, here.number) + "\n  " + describe(step);
        result.states = seen.size();
        return result;
      }
      if (!seen.insert(fingerprint_of(next)).second) continue;
      result.letters_max = std::max(result.letters_max, next.letters_on_the_way());
      ways.push_back({here.number, step});
      frontier.push_back(
          {std::move(next), static_cast<std::uint32_t>(ways.size() - 1), here.depth + 1});
    }
  }
  result.states = seen.size();
  return result;
}

}  // namespace explore::borrowing
