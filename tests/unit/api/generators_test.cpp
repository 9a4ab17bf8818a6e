#include "support/catch.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <rt/rt.hpp>

#include "support/gate.hpp"
#include "support/runtime_fixture.hpp"

namespace {

using namespace std::chrono_literals;
using support::one_cpu_fixture;
using support::runtime_fixture;

/// What the engine lets lie untaken.
constexpr int untaken_max = 16;

support::gate release;
support::tally yielded;
std::atomic<int> frames{0};

struct frame_sentinel {
  frame_sentinel() { ++frames; }
  frame_sentinel(const frame_sentinel&) = delete;
  frame_sentinel& operator=(const frame_sentinel&) = delete;
  ~frame_sentinel() { --frames; }
};

int square(int x) { return x * x; }
int held_back(int x) {
  release.wait();
  return x;
}

rt::generator<int> count_to(int n) {
  const frame_sentinel seen;
  for (int i = 0; i < n; ++i) {
    yielded.add();
    co_yield i;
  }
}
rt::generator<std::string> squares_of(std::vector<int> numbers, const std::string& unit) {
  for (int each : numbers) {
    const int squared = co_await rt::remote<square>(each);
    co_yield std::to_string(squared) + unit;
  }
}
rt::generator<int> throws_after(int n) {
  for (int i = 0; i < n; ++i) co_yield i;
  throw std::out_of_range("after " + std::to_string(n));
}
rt::generator<std::unique_ptr<int>> move_only_ones(int n) {
  for (int i = 0; i < n; ++i) co_yield std::make_unique<int>(i);
}
rt::generator<int> waits_first(rt::object_ref<int> gate) {
  const frame_sentinel seen;
  co_yield co_await gate;
}
rt::task<int> sums(int n) {
  auto stream = rt::remote<count_to>(n);
  int sum = 0;
  while (auto each = co_await stream.next()) sum += co_await std::move(each);
  co_return sum;
}
int sums_blocking(int n) {
  int sum = 0;
  for (const auto& each : rt::remote<count_to>(n)) sum += rt::get(each);
  return sum;
}

void wait_for_the_end() {
  while (frames != 0) std::this_thread::yield();
}

}  // namespace

static_assert(std::is_same_v<decltype(rt::remote<count_to>(1)), rt::object_ref_stream<int>>);
static_assert(std::is_same_v<rt::result_t<count_to>, int>);
static_assert(!std::is_copy_constructible_v<rt::object_ref_stream<int>>);
static_assert(std::is_nothrow_move_constructible_v<rt::object_ref_stream<int>>);
static_assert(std::input_iterator<rt::object_ref_stream<int>::iterator>);
static_assert(std::sentinel_for<std::default_sentinel_t, rt::object_ref_stream<int>::iterator>);

TEST_CASE_METHOD(runtime_fixture, "generator: yields a stream of references, in order", "[api]") {
  std::vector<int> got;
  for (const rt::object_ref<int>& each : rt::remote<count_to>(100)) got.push_back(rt::get(each));
  std::vector<int> wanted(100);
  for (int i = 0; i < 100; ++i) wanted[static_cast<std::size_t>(i)] = i;
  CHECK(got == wanted);
  CHECK(rt::get(rt::remote<count_to>(100)) == wanted);
  CHECK(rt::get(rt::remote<count_to>(0)).empty());
  CHECK(rt::get(rt::remote<squares_of>(rt::put(std::vector<int>{1, 2, 3}), " m2")) ==
        std::vector<std::string>{"1 m2", "4 m2", "9 m2"});
  constexpr auto evens = [](int n) -> rt::generator<int> {
    for (int i = 0; i < n; ++i) co_yield 2 * i;
  };
  CHECK(rt::get(rt::remote<evens>(3)) == std::vector<int>{0, 2, 4});
  int sum = 0;
  for (auto& each : rt::remote<move_only_ones>(5)) sum += *rt::get(std::move(each));
  CHECK(sum == 10);
}

TEST_CASE_METHOD(runtime_fixture, "generator: references outlive the stream", "[api]") {
  std::vector<rt::object_ref<int>> kept;
  for (const auto& each : rt::remote<count_to>(40)) kept.push_back(rt::remote<square>(each));
  CHECK(rt::get(kept).back() == 39 * 39);
}

TEST_CASE_METHOD(runtime_fixture, "generator: what it throws is the last element", "[api]") {
  int good = 0;
  int failed = 0;
  for (const auto& each : rt::remote<throws_after>(20)) {
    try {
      const int got = rt::get(each);
      CHECK(got == good);
      ++good;
    } catch (const std::out_of_range& e) {
      ++failed;
      CHECK_THAT(e.what(), Catch::Matchers::ContainsSubstring("throws_after"));
    }
  }
  CHECK(good == 20);
  CHECK(failed == 1);
  CHECK_THROWS_AS(rt::get(rt::remote<throws_after>(0)), std::out_of_range);
  CHECK_THROWS_AS(rt::remote<throws_after>.with({.retry_exceptions = true})(1), rt::config_error);
}

TEST_CASE_METHOD(runtime_fixture, "generator: waits while enough lies untaken", "[api]") {
  yielded.reset();
  auto stream = rt::remote<count_to>.with({.in_caller = false})(100);
  yielded.wait_for(untaken_max);
  // Whatever else runs, it goes no further.
  for (int i = 0; i < 50; ++i) rt::get(rt::remote<square>(i));
  CHECK(yielded.count() == untaken_max);
  auto at = stream.begin();
  CHECK(rt::get(*at) == 0);
  yielded.wait_for(untaken_max + 1);
  for (int i = 0; i < 50; ++i) rt::get(rt::remote<square>(i));
  CHECK(yielded.count() == untaken_max + 1);
  int taken = 1;
  for (++at; at != stream.end(); ++at) CHECK(rt::get(*at) == taken++);
  CHECK(taken == 100);
}

TEST_CASE_METHOD(runtime_fixture, "generator: ends when its stream is dropped", "[api]") {
  frames = 0;
  for (int taken : {0, 1, 20}) {
    auto stream = rt::remote<count_to>(1'000'000);
    auto at = stream.begin();
    for (int i = 0; i < taken; ++i) ++at;
  }
  wait_for_the_end();
  {
    const support::closed gate(release);
    const auto held = rt::remote<held_back>.with({.in_caller = false})(1);
    { const auto never_taken = rt::remote<waits_first>(held); }
    {
      auto moved = rt::remote<waits_first>(held);
      const auto other = std::move(moved);
      moved = rt::remote<waits_first>(held);
    }
    wait_for_the_end();
  }
  rt::object_ref_stream<int> empty;
  CHECK(!empty);
  CHECK(empty.begin() == empty.end());
}

TEST_CASE_METHOD(runtime_fixture, "generator: faster and slower than who takes", "[api]") {
  int slow = 0;
  for (const auto& each : rt::remote<count_to>(200)) {
    if (slow % 20 == 0) rt::get(rt::remote<square>.with({.in_caller = false})(slow));
    CHECK(rt::get(each) == slow++);
  }
  CHECK(slow == 200);
  std::vector<rt::object_ref<int>> all;
  for (int i = 0; i < 20; ++i) {
    all.push_back(rt::remote<sums>(100));
    all.push_back(rt::remote<sums_blocking>(100));
  }
  for (int each : rt::get(all)) CHECK(each == 4950);
}

TEST_CASE_METHOD(one_cpu_fixture, "generator: on one CPU, also for tasks that take", "[api]") {
  CHECK(rt::get(rt::remote<sums_blocking>(300)) == 44'850);
  CHECK(rt::get(rt::remote<sums>(300)) == 44'850);
  // Beside the driver, which only waits.
  CHECK(rt::get(rt::remote<sums_blocking>.with({.in_caller = false})(300)) == 44'850);
}

TEST_CASE_METHOD(runtime_fixture, "generator: that is cancelled, or whose argument fails",
                 "[api]") {
  const support::closed gate(release);
  const auto held = rt::remote<held_back>.with({.in_caller = false})(1);
  auto late = rt::remote<waits_first>.with({.deadline = 5ms})(held);
  auto at = late.begin();
  REQUIRE(at != late.end());
  CHECK_THROWS_AS(rt::get(*at), rt::task_cancelled_error);
  ++at;
  CHECK(at == late.end());

  constexpr auto fails = []() -> int { throw std::invalid_argument("no number"); };
  auto failed = rt::remote<throws_after>(rt::remote<fails>());
  auto first = failed.begin();
  REQUIRE(first != failed.end());
  CHECK_THROWS_AS(rt::get(*first), std::invalid_argument);
}

namespace {

class source {
 public:
  rt::generator<int> numbers(int n) {
    for (int i = 0; i < n; ++i) co_yield first_ + i;
  }
  void begin_at(int first) { first_ = first; }

 private:
  int first_ = 100;
};

}  // namespace

TEST_CASE_METHOD(runtime_fixture, "generator: a method lets others run while it waits", "[api]") {
  const auto one = rt::spawn<source>();
  auto stream = rt::remote<&source::numbers>(one, 40);
  rt::get(rt::remote<&source::begin_at>(one, 1000));
  std::vector<int> got;
  for (const auto& each : stream) got.push_back(rt::get(each));
  REQUIRE(got.size() == 40);
  CHECK(got.front() == 100);
  CHECK(got.back() == 1039);

  auto ends_with_its_actor = rt::remote<&source::numbers>(one, 1000);
  rt::get(rt::remote<&source::begin_at>(one, 0));
  rt::kill(one);
  bool died = false;
  for (const auto& each : ends_with_its_actor) {
    try {
      rt::get(each);
    } catch (const rt::actor_died_error&) {
      died = true;
    }
  }
  CHECK(died);
}

TEST_CASE("runtime: ends with streams that nobody takes from", "[api]") {
  frames = 0;
  yielded.reset();
  rt::object_ref_stream<int> outlives;
  {
    rt::config config = support::test_config(2);
    config.shutdown_timeout = 10ms;
    const rt::runtime runtime(config);
    outlives = rt::remote<count_to>(1'000'000);
    yielded.wait_for(untaken_max);
  }
  CHECK(frames == 0);
}
