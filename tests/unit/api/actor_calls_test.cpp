#include "support/catch.hpp"

#include <chrono>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include <rt/rt.hpp>

#include "support/gate.hpp"
#include "support/runtime_fixture.hpp"

namespace {

using namespace std::chrono_literals;
using support::one_cpu_fixture;
using support::runtime_fixture;

support::gate release;
support::gate started;
support::tally meeting;

int slow(int x) {
  release.wait();
  return x;
}

/// Writes down what it is told, and whether two calls ever ran at once.
struct recorder {
  std::vector<int> seen;
  std::atomic<int> inside{0};
  bool overlapped = false;

  recorder() = default;
  recorder(const recorder&) = delete;

  void record(int x) {
    if (++inside != 1) overlapped = true;
    seen.push_back(x);
    std::this_thread::yield();
    --inside;
  }
  void hold() {
    started.open();
    release.wait();
  }
  std::vector<int> all() const { return seen; }
  bool ever_overlapped() const { return overlapped; }
};

void record_all(rt::actor<recorder> r, int from, int to) {
  for (int i = from; i < to; ++i) rt::remote<&recorder::record>(r, i);
}

/// Its methods wait for each other, so they must run at once.
struct meeting_room {
  std::size_t meet(std::size_t n) {
    meeting.meet(n);
    return n;
  }
  int square(int x) const { return x * x; }
};

std::vector<int> counting(int n) {
  std::vector<int> xs(static_cast<std::size_t>(n));
  std::iota(xs.begin(), xs.end(), 0);
  return xs;
}

}  // namespace

TEST_CASE_METHOD(runtime_fixture, "actor calls: run in the caller's order, one at a time",
                 "[api]") {
  const auto r = rt::spawn<recorder>();
  for (int i = 0; i < 1000; ++i) rt::remote<&recorder::record>(r, i);
  CHECK(rt::get(rt::remote<&recorder::all>(r)) == counting(1000));
  CHECK_FALSE(rt::get(rt::remote<&recorder::ever_overlapped>(r)));
}

TEST_CASE_METHOD(runtime_fixture, "actor calls: order holds through whichever handle", "[api]") {
  const auto r = rt::spawn<recorder>();
  const auto copy = r;
  const auto named = rt::spawn<recorder>.with({.name = "ordered"})();
  for (int i = 0; i < 100; ++i) {
    rt::remote<&recorder::record>(i % 2 == 0 ? r : copy, i);
    rt::remote<&recorder::record>(i % 2 == 0 ? named : rt::get_actor<recorder>("ordered"), i);
  }
  CHECK(rt::get(rt::remote<&recorder::all>(copy)) == counting(100));
  CHECK(rt::get(rt::remote<&recorder::all>(named)) == counting(100));
}

TEST_CASE_METHOD(runtime_fixture, "actor calls: a late argument holds later calls back", "[api]") {
  const support::closed shut(release);
  const auto r = rt::spawn<recorder>();
  rt::remote<&recorder::record>(r, 0);
  rt::remote<&recorder::record>(r, rt::remote<slow>(1));
  rt::remote<&recorder::record>(r, 2);
  const auto all = rt::remote<&recorder::all>(r);
  CHECK_THROWS_AS(rt::get(all, 5ms), rt::get_timeout_error);
  release.open();
  CHECK(rt::get(all) == counting(3));
}

TEST_CASE_METHOD(runtime_fixture, "actor calls: a failed argument fails its call alone", "[api]") {
  constexpr auto fails = []() -> int { throw std::out_of_range("argument"); };
  const auto r = rt::spawn<recorder>();
  rt::remote<&recorder::record>(r, 0);
  const auto failed = rt::remote<&recorder::record>(r, rt::remote<fails>());
  rt::remote<&recorder::record>(r, 1);
  CHECK(rt::get(rt::remote<&recorder::all>(r)) == counting(2));
  CHECK_THROWS_AS(rt::get(failed), std::out_of_range);
}

TEST_CASE_METHOD(runtime_fixture, "actor calls: threads that synchronize keep their order",
                 "[api]") {
  const auto r = rt::spawn<recorder>();
  int next = 0;
  for (int round = 0; round < 50; ++round) {
    std::thread other([&] {
      for (int i = 0; i < 5; ++i) rt::remote<&recorder::record>(r, next++);
    });
    other.join();
    for (int i = 0; i < 5; ++i) rt::remote<&recorder::record>(r, next++);
  }
  CHECK(rt::get(rt::remote<&recorder::all>(r)) == counting(500));
}

TEST_CASE_METHOD(runtime_fixture, "actor calls: each of several callers keeps its order", "[api]") {
  const auto r = rt::spawn<recorder>();
  std::vector<rt::object_ref<void>> tasks;
  for (int t = 0; t < 4; ++t) {
    tasks.push_back(rt::remote<record_all>(r, t * 1000, t * 1000 + 250));
  }
  std::vector<std::thread> threads;
  for (int t = 4; t < 8; ++t) {
    threads.emplace_back([&r, t] { record_all(r, t * 1000, t * 1000 + 250); });
  }
  for (auto& thread : threads) thread.join();
  rt::get(tasks);
  const auto seen = rt::get(rt::remote<&recorder::all>(r));
  CHECK(seen.size() == 2000);
  std::vector<int> last(8, -1);
  bool in_order = true;
  for (const int x : seen) {
    int& before = last[static_cast<std::size_t>(x / 1000)];
    in_order = in_order && x % 1000 == before + 1;
    before = x % 1000;
  }
  CHECK(in_order);
  CHECK_FALSE(rt::get(rt::remote<&recorder::ever_overlapped>(r)));
}

TEST_CASE_METHOD(runtime_fixture, "actor calls: with max_concurrency they run at once", "[api]") {
  meeting.reset();
  const auto room = rt::spawn<meeting_room>.with({.max_concurrency = 2})();
  const auto first = rt::remote<&meeting_room::meet>(room, 2);
  const auto second = rt::remote<&meeting_room::meet>(room, 2);
  CHECK(rt::get(first) == 2);
  CHECK(rt::get(second) == 2);
}

TEST_CASE_METHOD(one_cpu_fixture, "actor calls: max_concurrency needs no more CPUs", "[api]") {
  // Threads for calls, says the option: a call has no resources of its own.
  meeting.reset();
  const auto room = rt::spawn<meeting_room>.with({.max_concurrency = 3})();
  std::vector<rt::object_ref<std::size_t>> calls;
  for (int i = 0; i < 3; ++i) calls.push_back(rt::remote<&meeting_room::meet>(room, 3));
  CHECK(rt::get(calls) == std::vector<std::size_t>{3, 3, 3});
}

TEST_CASE_METHOD(runtime_fixture, "actor calls: max_concurrency is not exceeded", "[api]") {
  static std::atomic<int> inside{0};
  static std::atomic<int> most{0};
  struct crowd {
    void enter() {
      const int now = ++inside;
      int seen = most;
      while (seen < now && !most.compare_exchange_weak(seen, now)) {
      }
      for (int i = 0; i < 20; ++i) std::this_thread::yield();
      --inside;
    }
  };
  const auto c = rt::spawn<crowd>.with({.max_concurrency = 2})();
  std::vector<rt::object_ref<void>> calls;
  for (int i = 0; i < 300; ++i) calls.push_back(rt::remote<&crowd::enter>(c));
  rt::get(calls);
  CHECK(most <= 2);
}

TEST_CASE_METHOD(runtime_fixture,
                 "actor calls: with max_concurrency none starts before the constructor has ended",
                 "[api]") {
  static std::atomic<bool> made{false};
  struct late {
    late() {
      started.open();
      release.wait();
      made = true;
    }
    bool is_made() const { return made; }
  };
  const support::closed shut(release);
  started.close();
  const auto actor = rt::spawn<late>.with({.max_concurrency = 4})();
  std::vector<rt::object_ref<bool>> calls;
  for (int i = 0; i < 4; ++i) calls.push_back(rt::remote<&late::is_made>(actor));
  started.wait();
  for (int i = 0; i < 4; ++i) calls.push_back(rt::remote<&late::is_made>(actor));
  CHECK(rt::wait(calls, {.num_returns = 1, .timeout = 0s}).ready.empty());
  release.open();
  for (const bool after : rt::get(calls)) CHECK(after);
}

TEST_CASE_METHOD(runtime_fixture, "actor calls: more than max_pending_calls throw", "[api]") {
  const support::closed shut(release);
  started.close();
  const auto r = rt::spawn<recorder>.with({.max_pending_calls = 3})();
  const auto held = rt::remote<&recorder::hold>(r);
  started.wait();
  std::vector<rt::object_ref<void>> taken;
  const auto call_until_refused = [&] {
    for (int i = 0; i < 10; ++i) taken.push_back(rt::remote<&recorder::record>(r, i));
  };
  CHECK_THROWS_AS(call_until_refused(), rt::pending_calls_limit_error);
  CHECK(taken.size() >= 2);  // whether the running one counts is not said
  CHECK(taken.size() <= 3);
  release.open();
  rt::get(held);
  rt::get(taken);
  const auto seen = rt::get(rt::remote<&recorder::all>(r));
  CHECK(seen == counting(static_cast<int>(taken.size())));
}

TEST_CASE_METHOD(one_cpu_fixture, "actor calls: a blocked method gives its CPU back", "[api]") {
  struct asks {
    int ask(int x) { return rt::get(rt::remote<slow>.with({.in_caller = false})(x)); }
  };
  const support::closed shut(release);
  const auto a = rt::spawn<asks>();
  const auto answer = rt::remote<&asks::ask>(a, 4);
  release.open();
  CHECK(rt::get(answer) == 4);
}

TEST_CASE_METHOD(runtime_fixture, "actor calls: two actors run side by side", "[api]") {
  meeting.reset();
  const auto a = rt::spawn<meeting_room>();
  const auto b = rt::spawn<meeting_room>();
  const auto first = rt::remote<&meeting_room::meet>(a, 2);
  const auto second = rt::remote<&meeting_room::meet>(b, 2);
  CHECK(rt::get(first, 100s) == 2);
  CHECK(rt::get(second) == 2);
}
