#include <array>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "explore/explorer.hpp"
#include "explore/lane.hpp"
#include "sim/random_stream.hpp"
#include "support/catch.hpp"

using namespace explore;

// The explorer's own proof: on random programs, leaving out interleavings loses none of their ends.

namespace {

constexpr auto relaxed = std::memory_order_relaxed;

struct instruction {
  enum class verb { load, store, add, exchange, compare_exchange, add_if_seen };
  verb what;
  unsigned word;
  int value;
};

using program = std::vector<std::vector<instruction>>;

program random_program(std::uint64_t seed) {
  rt::sim::random_stream numbers(seed);
  const bool three = numbers.one_in(3);
  program made(three ? 3 : 2);
  for (auto& thread : made) {
    thread.resize(three ? 2 : 3);
    for (auto& each : thread) {
      each.what = static_cast<instruction::verb>(numbers.below(6));
      each.word = static_cast<unsigned>(numbers.below(2));
      each.value = static_cast<int>(numbers.between(1, 4));
    }
  }
  return made;
}

/// The words, and what each thread saw, written down.
using end = std::vector<int>;

class run_of : public scenario {
 public:
  run_of(const program& what, std::set<end>& ends) : program_(what), ends_(ends) {
    seen_.resize(what.size());
  }

  std::vector<std::function<void()>> threads() override {
    std::vector<std::function<void()>> bodies;
    for (std::size_t i = 0; i < program_.size(); ++i) {
      bodies.push_back([this, i] {
        for (const instruction& each : program_[i]) execute(each, seen_[i]);
      });
    }
    return bodies;
  }

  void check() override {
    end reached;
    for (auto& word : words_) reached.push_back(word.load(relaxed));
    for (const auto& thread : seen_) reached.insert(reached.end(), thread.begin(), thread.end());
    ends_.insert(reached);
  }

 private:
  void execute(const instruction& one, std::vector<int>& seen) {
    auto& word = words_[one.word];
    using verb = instruction::verb;
    switch (one.what) {
      case verb::load: seen.push_back(word.load(relaxed)); break;
      case verb::store: word.store(one.value, relaxed); break;
      case verb::add: seen.push_back(word.fetch_add(one.value, relaxed)); break;
      case verb::exchange: seen.push_back(word.exchange(one.value, relaxed)); break;
      case verb::compare_exchange: {
        int expected = one.value;
        word.compare_exchange(expected, one.value + 1, relaxed, relaxed);
        seen.push_back(expected);
        break;
      }
      case verb::add_if_seen:
        if (!seen.empty() && seen.back() != 0) words_[1 - one.word].fetch_add(10, relaxed);
        break;
    }
  }

  const program& program_;
  std::set<end>& ends_;
  std::array<rt::lane::atomic<int>, 2> words_{};
  std::vector<std::vector<int>> seen_;
};

std::set<end> ends_of(const program& what, depth_first::reduction mode, outcome& result) {
  std::set<end> ends;
  result = explore::explore({.reduction = mode},
                            [&](surroundings) { return std::make_unique<run_of>(what, ends); });
  return ends;
}

}  // namespace

TEST_CASE("explorer: loses no end of a program by reduction, in random programs") {
  std::uint64_t plain_executions = 0;
  std::uint64_t reduced_executions = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    const program what = random_program(seed);
    outcome plain;
    outcome reduced;
    const auto all = ends_of(what, depth_first::reduction::none, plain);
    const auto fewer = ends_of(what, depth_first::reduction::by_conflict, reduced);
    CHECK(plain.complete);
    CHECK(reduced.complete);
    CHECK(all == fewer);
    plain_executions += plain.executions;
    reduced_executions += reduced.executions + reduced.redundant;
  }
  CHECK(reduced_executions * 5 < plain_executions);
}
