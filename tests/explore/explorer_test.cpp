#include "explore/explorer.hpp"

#include <atomic>
#include <set>
#include <string>
#include <utility>

#include "explore/lane.hpp"
#include "sim/virtual_environment.hpp"
#include "support/catch.hpp"

using namespace explore;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto all_orders = std::memory_order_seq_cst;
using number = rt::lane::atomic<int>;

/// A scenario put together from functions.
template <class State>
class simple : public scenario {
 public:
  using body = void (*)(State&);
  using judge = std::function<void(State&)>;

  simple(std::vector<body> bodies, judge after)
      : bodies_(std::move(bodies)), after_(std::move(after)) {}

  std::vector<std::function<void()>> threads() override {
    std::vector<std::function<void()>> result;
    for (body each : bodies_) result.push_back([this, each] { each(state_); });
    return result;
  }
  void check() override { after_(state_); }

 private:
  std::vector<body> bodies_;
  judge after_;
  State state_;
};

template <class State>
outcome run(std::vector<void (*)(State&)> bodies, const std::function<void(State&)>& after,
            options how = {}) {
  return explore::explore(
      how, [&](surroundings) { return std::make_unique<simple<State>>(bodies, after); });
}

constexpr options plainly{.reduction = depth_first::reduction::none,
                          .preemptions_max = UINT32_MAX,
                          .executions_max = UINT64_MAX};

struct two_numbers {
  number a{0};
  number b{0};
  int seen_a = -1;
  int seen_b = -1;
};

}  // namespace

TEST_CASE("explorer: runs all interleavings of two threads, once each") {
  // Two steps each, and one to begin: (3 + 3)! / (3! 3!) orders.
  const auto two_steps = [](two_numbers& state) {
    state.a.fetch_add(1, relaxed);
    state.a.fetch_add(1, relaxed);
  };
  const outcome result = run<two_numbers>(
      {two_steps, two_steps}, [](two_numbers&) {}, plainly);
  CHECK(result.failure == "");
  CHECK(result.complete);
  CHECK(result.executions == 20);
}

TEST_CASE("explorer: leaves out orders of steps that do not meet") {
  const auto left = [](two_numbers& state) {
    state.a.fetch_add(1, relaxed);
    state.a.fetch_add(1, relaxed);
  };
  const auto right = [](two_numbers& state) {
    state.b.fetch_add(1, relaxed);
    state.b.fetch_add(1, relaxed);
  };
  const outcome result = run<two_numbers>({left, right}, [](two_numbers&) {});
  CHECK(result.complete);
  CHECK(result.executions == 1);
}

TEST_CASE("explorer: readers do not meet") {
  const auto reader = [](two_numbers& state) { static_cast<void>(state.a.load(relaxed)); };
  const outcome result = run<two_numbers>({reader, reader, reader}, [](two_numbers&) {});
  CHECK(result.executions == 1);
}

TEST_CASE("explorer: a bound on preemptions leaves out what needs more") {
  const auto two_steps = [](two_numbers& state) {
    state.a.fetch_add(1, relaxed);
    state.a.fetch_add(1, relaxed);
  };
  options bounded = plainly;
  bounded.preemptions_max = 0;
  CHECK(run<two_numbers>(
            {two_steps, two_steps}, [](two_numbers&) {}, bounded)
            .executions == 2);
  bounded.preemptions_max = 1;
  const auto one = run<two_numbers>(
      {two_steps, two_steps}, [](two_numbers&) {}, bounded);
  CHECK(one.executions > 2);
  CHECK(one.executions < 20);
}

TEST_CASE("explorer: with and without reduction the same ends are seen") {
  // Threads that read, decide and write: what they end with depends on the order.
  const auto first = [](two_numbers& state) {
    const int seen = state.a.load(relaxed);
    state.b.store(seen * 2 + 1, relaxed);
    if (state.b.load(relaxed) == 7) state.a.store(9, relaxed);
  };
  const auto second = [](two_numbers& state) {
    const int seen = state.b.load(relaxed);
    state.a.store(seen + 3, relaxed);
    state.b.fetch_add(2, relaxed);
  };
  const auto third = [](two_numbers& state) {
    int expected = 3;
    state.a.compare_exchange(expected, 5, relaxed, relaxed);
    if (expected == 0) state.b.exchange(7, relaxed);
  };
  using ends = std::set<std::pair<int, int>>;
  const auto all_ends = [&](options how, std::uint64_t& executions) {
    ends seen;
    const outcome result = run<two_numbers>(
        {first, second, third},
        [&](two_numbers& state) {
          seen.insert({state.a.load(relaxed), state.b.load(relaxed)});
        },
        how);
    CHECK(result.complete);
    executions = result.executions;
    return seen;
  };
  std::uint64_t plain_executions = 0;
  std::uint64_t reduced_executions = 0;
  const ends plain = all_ends(plainly, plain_executions);
  const ends reduced = all_ends({}, reduced_executions);
  CHECK(plain == reduced);
  CHECK(plain.size() > 5);
  CHECK(reduced_executions * 10 < plain_executions);
}

TEST_CASE("explorer: finds a lost update, and tells its steps") {
  const auto increment = [](two_numbers& state) {
    const int seen = state.a.load(relaxed);
    state.a.store(seen + 1, relaxed);
  };
  const outcome result = run<two_numbers>({increment, increment}, [](two_numbers& state) {
    require(state.a.load(relaxed) == 2, "an update was lost");
  });
  CHECK_THAT(result.failure, ContainsSubstring("an update was lost"));
  CHECK_THAT(result.failure, ContainsSubstring("fiber 1 atomic write of word 0"));
}

TEST_CASE("explorer: a failed requirement in a thread ends the exploration") {
  const auto writer = [](two_numbers& state) {
    state.a.store(1, relaxed);
    state.b.store(1, relaxed);
  };
  const auto reader = [](two_numbers& state) {
    const int b = state.b.load(relaxed);
    const int a = state.a.load(relaxed);
    require(!(a == 1 && b == 0), "seen half-way");
  };
  const outcome result = run<two_numbers>({writer, reader}, [](two_numbers&) {});
  CHECK_THAT(result.failure, ContainsSubstring("seen half-way"));
}

TEST_CASE("explorer: a wait for a lock by spinning is finite, and excludes") {
  struct locked {
    number held{0};
    int inside = 0;
    int entered = 0;
  };
  const auto body = [](locked& state) {
    for (int i = 0; i < 2; ++i) {
      while (state.held.exchange(1, all_orders) != 0) rt::lane::pause();
      require(++state.inside == 1, "two are inside");
      ++state.entered;
      state.held.load(relaxed);  // a place to be interrupted
      --state.inside;
      state.held.store(0, all_orders);
    }
  };
  const outcome result = run<locked>(
      {body, body}, [](locked& state) { require(state.entered == 4, "one did not enter"); });
  CHECK(result.failure == "");
  CHECK(result.complete);
  CHECK(result.executions > 2);
}

namespace {

/// Sleep and wake through the environment, with or without the mistake.
template <bool LooksAgain>
class sleeper_and_waker : public scenario {
 public:
  explicit sleeper_and_waker(surroundings around) : process_(around.world, 1, 0, {}) {}
  std::vector<std::function<void()>> threads() override {
    return {[this] {
              if (LooksAgain) {
                while (flag_.load(all_orders) == 0) process_.park(flag_.word(), 0, rt::never);
              } else if (flag_.load(all_orders) == 0) {
                process_.park(other_.word(), 0, rt::never);
              }
              ++woken_;
            },
            [this] {
              flag_.store(1, all_orders);
              process_.wake(LooksAgain ? flag_.word() : other_.word(), 1);
            }};
  }
  void check() override { require(woken_ == 1, "never woken"); }

 private:
  rt::sim::virtual_environment process_;
  rt::lane::atomic<std::uint32_t> flag_{0};
  rt::lane::atomic<std::uint32_t> other_{0};
  int woken_ = 0;
};

}  // namespace

TEST_CASE("explorer: a sleep that looks at what is changed is always woken") {
  const outcome result = explore::explore(
      {}, [](surroundings around) { return std::make_unique<sleeper_and_waker<true>>(around); });
  CHECK(result.failure == "");
  CHECK(result.complete);
  CHECK(result.executions >= 3);
}

TEST_CASE("explorer: finds a lost wake-up as a deadlock") {
  const outcome result = explore::explore(
      {}, [](surroundings around) { return std::make_unique<sleeper_and_waker<false>>(around); });
  CHECK_THAT(result.failure, ContainsSubstring("no fiber can go on"));
}

TEST_CASE("explorer: finds a use of memory after its end") {
  struct freed {
    number references{2};
    number value{0};
    bool gone = false;
    depth_first* choices = nullptr;
  };
  class scenario_of_two : public scenario {
   public:
    scenario_of_two(surroundings around, bool wrong) : around_(around), wrong_(wrong) {}
    std::vector<std::function<void()>> threads() override {
      const auto body = [this] {
        if (!wrong_) state_.value.fetch_add(1, relaxed);
        if (state_.references.fetch_add(-1, all_orders) == 1) {
          around_.world.point(
              {rt::sim::point_kind::user, rt::sim::access::write, &state_, sizeof state_});
          around_.choices.forbid(&state_, sizeof state_);
        }
        if (wrong_) state_.value.fetch_add(1, relaxed);
      };
      return {body, body};
    }
    void check() override {}

   private:
    surroundings around_;
    bool wrong_;
    freed state_;
  };
  for (bool wrong : {false, true}) {
    const outcome result = explore::explore({}, [wrong](surroundings around) {
      return std::make_unique<scenario_of_two>(around, wrong);
    });
    if (wrong) {
      CHECK_THAT(result.failure, ContainsSubstring("used after its end"));
    } else {
      CHECK(result.failure == "");
      CHECK(result.complete);
    }
  }
}
