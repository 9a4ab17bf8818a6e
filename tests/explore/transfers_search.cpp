#include "explore/transfers_search.hpp"

#include <deque>
#include <unordered_map>
#include <utility>

#include "sim/random_stream.hpp"

namespace explore::transfers {
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

/// Looks for the first state from which no calm step, nor any number of them, leads to an end.
/// Shape: `calm_steps` are (to, from); returns the number of states where there is none.
std::uint32_t first_without_end(const std::vector<bool>& settled,
                                const std::vector<std::pair<std::uint32_t, std::uint32_t>>& steps) {
  const auto count = static_cast<std::uint32_t>(settled.size());
  std::vector<std::uint32_t> begin(count + 1);
  for (const auto& [to, from] : steps) ++begin[to + 1];
  for (std::uint32_t i = 0; i < count; ++i) begin[i + 1] += begin[i];
  std::vector<std::uint32_t> before(steps.size());
  std::vector<std::uint32_t> next = begin;
  for (const auto& [to, from] : steps) before[next[to]++] = from;
  std::vector<bool> ends = settled;
  std::vector<std::uint32_t> look;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (settled[i]) look.push_back(i);
  }
  while (!look.empty()) {
    const std::uint32_t at = look.back();
    look.pop_back();
    for (std::uint32_t i = begin[at]; i < begin[at + 1]; ++i) {
      if (ends[before[i]]) continue;
      ends[before[i]] = true;
      look.push_back(before[i]);
    }
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    if (!ends[i]) return i;
  }
  return count;
}

}  // namespace

search_result search(const limits& allowed) {
  search_result result;
  std::unordered_map<fingerprint, std::uint32_t, fingerprint_hash> seen;  // only looked up in
  std::vector<way> ways{{0, {}}};
  std::vector<bool> settled;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> calm_steps;
  struct reached {
    world state;
    std::uint32_t number;
    std::size_t depth;
  };
  std::deque<reached> frontier;
  frontier.push_back({world(allowed), 0, 0});
  seen.emplace(fingerprint_of(frontier.front().state), 0);
  settled.push_back(frontier.front().state.settled());
  while (!frontier.empty()) {
    const reached here = std::move(frontier.front());
    frontier.pop_front();
    result.depth = here.depth;
    for (const action& step : here.state.actions()) {
      ++result.steps;
      world next = here.state;
      const std::string failure = next.apply(step);
      result.states = seen.size();
      if (!failure.empty()) {
        result.failure = failure + trace(ways, here.number) + "\n  " + describe(step);
        return result;
      }
      const auto number = static_cast<std::uint32_t>(ways.size());
      const auto [at, is_new] = seen.emplace(fingerprint_of(next), number);
      if (calm(step)) calm_steps.emplace_back(at->second, here.number);
      if (!is_new) continue;
      ways.push_back({here.number, step});
      settled.push_back(next.settled());
      frontier.push_back({std::move(next), number, here.depth + 1});
    }
  }
  result.states = seen.size();
  const std::uint32_t hangs = first_without_end(settled, calm_steps);
  if (hangs != result.states) result.failure = "a wait can never end" + trace(ways, hangs);
  return result;
}

}  // namespace explore::transfers
