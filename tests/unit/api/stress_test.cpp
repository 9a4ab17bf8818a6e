#include "support/catch.hpp"

#include <atomic>
#include <chrono>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <rt/rt.hpp>

#include "support/gate.hpp"
#include "support/runtime_fixture.hpp"

namespace {

using support::runtime_fixture;
using support::scaled;

int identity(int x) { return x; }
int add(int a, int b) { return a + b; }
int throws_if_odd(int x) {
  if (x % 2 != 0) throw std::out_of_range(std::to_string(x));
  return x;
}
int fan_out(int width) {
  std::vector<rt::object_ref<int>> refs;
  for (int i = 0; i < width; ++i) refs.push_back(rt::remote<identity>(1));
  int total = 0;
  for (const int x : rt::get(refs)) total += x;
  return total;
}
std::string concatenate(const std::string& a, const std::string& b) { return a + b; }

struct cell_actor {
  long total = 0;
  long add(int x) { return total += x; }
  long read() const { return total; }
};

int add_to(rt::actor<cell_actor> a, int x) {
  rt::remote<&cell_actor::add>(a, x);
  return x;
}

/// Runs `body(thread number)` on several threads of the program at once.
template <class Body>
void on_threads(int n, Body body) {
  std::vector<std::thread> threads;
  for (int t = 0; t < n; ++t) threads.emplace_back([body, t] { body(t); });
  for (auto& thread : threads) thread.join();
}

}  // namespace

TEST_CASE_METHOD(runtime_fixture, "stress: wide fan-out, got as a vector", "[api]") {
  const int n = static_cast<int>(scaled(200'000));
  std::vector<rt::object_ref<int>> refs;
  for (int i = 0; i < n; ++i) refs.push_back(rt::remote<identity>(i));
  const auto values = rt::get(refs);
  for (int i = 0; i < n; ++i) REQUIRE(values[static_cast<std::size_t>(i)] == i);
}

TEST_CASE_METHOD(runtime_fixture, "stress: round trips one by one", "[api]") {
  for (int i = 0; i < static_cast<int>(scaled(50'000)); ++i) {
    REQUIRE(rt::get(rt::remote<identity>(i)) == i);
  }
}

TEST_CASE_METHOD(runtime_fixture, "stress: several threads submit and get", "[api]") {
  std::atomic<long> total{0};
  const int n = static_cast<int>(scaled(10'000));
  on_threads(4, [&](int t) {
    std::vector<rt::object_ref<int>> window;
    for (int i = 0; i < n; ++i) {
      window.push_back(rt::remote<add>(i, t));
      if (window.size() == 64) {
        for (auto& ref : window) total += rt::get(std::move(ref));
        window.clear();
      }
    }
    for (const int x : rt::get(window)) total += x;
  });
  CHECK(total == 4L * n * (n - 1) / 2 + 6L * n);
}

TEST_CASE_METHOD(runtime_fixture, "stress: several threads get one object", "[api]") {
  for (int round = 0; round < 200; ++round) {
    const auto ref = rt::remote<concatenate>("a long enough text to be shared ", "by all");
    std::atomic<int> right{0};
    on_threads(3, [&](int) {
      if (rt::get(ref) == "a long enough text to be shared by all") ++right;
    });
    REQUIRE(right == 3);
  }
}

TEST_CASE_METHOD(runtime_fixture, "stress: nested fan-outs", "[api]") {
  std::vector<rt::object_ref<int>> refs;
  for (int i = 0; i < static_cast<int>(scaled(1'000)); ++i) refs.push_back(rt::remote<fan_out>(20));
  for (const int x : rt::get(refs)) REQUIRE(x == 20);
}

TEST_CASE_METHOD(runtime_fixture, "stress: a random graph of tasks", "[api]") {
  std::mt19937 random(7);
  std::vector<rt::object_ref<int>> refs{rt::put(1)};
  std::vector<int> expected{1};
  for (int i = 0; i < static_cast<int>(scaled(20'000)); ++i) {
    const auto a = random() % refs.size();
    const auto b = random() % refs.size();
    const int x = (expected[a] + expected[b]) % 1000;
    constexpr auto step = [](int p, int q) { return (p + q) % 1000; };
    refs.push_back(rt::remote<step>(refs[a], refs[b]));
    expected.push_back(x);
  }
  CHECK(rt::get(refs) == expected);
}

TEST_CASE_METHOD(runtime_fixture, "stress: a tree of sums", "[api]") {
  std::vector<rt::object_ref<int>> level;
  for (int i = 0; i < 1 << 12; ++i) level.push_back(rt::remote<identity>(1));
  while (level.size() > 1) {
    std::vector<rt::object_ref<int>> next;
    for (std::size_t i = 0; i < level.size(); i += 2) {
      next.push_back(rt::remote<add>(std::move(level[i]), std::move(level[i + 1])));
    }
    level = std::move(next);
  }
  CHECK(rt::get(level.front()) == 1 << 12);
}

TEST_CASE_METHOD(runtime_fixture, "stress: failures among successes", "[api]") {
  on_threads(3, [](int) {
    std::vector<rt::object_ref<int>> refs;
    for (int i = 0; i < 500; ++i) refs.push_back(rt::remote<throws_if_odd>(i));
    for (int i = 0; i < 500; ++i) {
      const auto tried = rt::try_get(refs[static_cast<std::size_t>(i)]);
      if (tried.has_value() != (i % 2 == 0)) std::abort();
    }
  });
  SUCCEED();
}

TEST_CASE_METHOD(runtime_fixture, "stress: actors called from everywhere", "[api]") {
  std::vector<rt::actor<cell_actor>> actors;
  for (int i = 0; i < 8; ++i) actors.push_back(rt::spawn<cell_actor>());
  const int n = static_cast<int>(scaled(5'000));
  on_threads(3, [&](int) {
    std::vector<rt::object_ref<int>> tasks;
    for (int i = 0; i < n; ++i) {
      const auto& a = actors[static_cast<std::size_t>(i) % actors.size()];
      rt::remote<&cell_actor::add>(a, 1);
      if (i % 10 == 0) tasks.push_back(rt::remote<add_to>(a, 1));
      if (i % 100 == 0) rt::get(rt::remote<&cell_actor::read>(a));
    }
    rt::get(tasks);
  });
  long total = 0;
  for (const auto& a : actors) total += rt::get(rt::remote<&cell_actor::read>(a));
  CHECK(total == 3L * n + 3L * ((n + 9) / 10));
}

TEST_CASE_METHOD(runtime_fixture, "stress: actors come and go", "[api]") {
  on_threads(3, [](int t) {
    for (int i = 0; i < 500; ++i) {
      const auto a = rt::spawn<cell_actor>();
      rt::remote<&cell_actor::add>(a, t);
      if (rt::get(rt::remote<&cell_actor::add>(a, i)) != t + i) std::abort();
      if (i % 50 == 0) rt::kill(a);
    }
  });
  SUCCEED();
}

TEST_CASE_METHOD(runtime_fixture, "stress: cancels race with starts and ends", "[api]") {
  on_threads(3, [](int t) {
    for (int i = 0; i < 1'000; ++i) {
      const auto ref = rt::remote<identity>(i);
      const auto dependent = rt::remote<add>(ref, t);
      if (i % 3 == 0) std::this_thread::yield();
      rt::cancel(ref);
      const auto tried = rt::try_get(dependent);
      if (tried ? *tried != i + t : tried.error().code != rt::errc::task_cancelled) std::abort();
    }
  });
  SUCCEED();
}

TEST_CASE_METHOD(runtime_fixture, "stress: timed waits race with ends", "[api]") {
  on_threads(3, [](int) {
    for (int i = 0; i < 500; ++i) {
      const auto ref = rt::remote<identity>(i);
      const auto tried = rt::try_get(ref, std::chrono::microseconds(i % 50));
      if (!tried && tried.error().code != rt::errc::get_timeout) std::abort();
      if (rt::get(ref) != i) std::abort();
      const auto split = rt::wait(std::vector{rt::remote<identity>(1), rt::remote<identity>(2)},
                                  {.num_returns = 2, .timeout = std::chrono::microseconds(i % 50)});
      for (const auto& left : split.pending) rt::get(left);
    }
  });
  SUCCEED();
}

TEST_CASE("stress: runtimes under load end cleanly", "[api]") {
  for (int round = 0; round < 20; ++round) {
    std::vector<rt::object_ref<int>> refs;
    std::vector<rt::actor<cell_actor>> actors;
    {
      auto config = support::test_config();
      config.shutdown_timeout = std::chrono::milliseconds(round % 2);
      const rt::runtime runtime{config};
      for (int i = 0; i < 500; ++i) refs.push_back(rt::remote<fan_out>(3));
      for (int i = 0; i < 50; ++i) {
        actors.push_back(rt::spawn<cell_actor>());
        rt::remote<&cell_actor::add>(actors.back(), i);
      }
    }
  }
  SUCCEED();
}
