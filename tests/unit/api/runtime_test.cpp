#include "support/catch.hpp"

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <rt/rt.hpp>

#include "support/gate.hpp"
#include "support/runtime_fixture.hpp"

namespace {

using namespace std::chrono_literals;

support::gate started;
std::atomic<int> ran{0};

int square(int x) { return x * x; }
void until_cancelled() {
  started.open();
  while (!rt::this_task::cancelled()) std::this_thread::yield();
}
void counts() { ++ran; }
void starts_more() {
  for (int i = 0; i < 10; ++i) rt::remote<counts>();
}

struct counter {
  int n = 0;
  int increment() { return ++n; }
};

std::string message_of(const rt::config& config) {
  try {
    const rt::runtime runtime{config};
  } catch (const rt::config_error& e) {
    return e.what();
  }
  return "nothing was thrown";
}

}  // namespace

TEST_CASE("runtime: several follow each other", "[api]") {
  for (int i = 0; i < 20; ++i) {
    const rt::runtime runtime{support::test_config()};
    CHECK(rt::get(rt::remote<square>(i)) == i * i);
    const auto c = rt::spawn<counter>();
    CHECK(rt::get(rt::remote<&counter::increment>(c)) == 1);
  }
}

TEST_CASE("runtime: one that is never used starts and ends", "[api]") {
  for (int i = 0; i < 20; ++i) const rt::runtime runtime{support::test_config()};
  SUCCEED();
}

TEST_CASE("runtime: takes its configuration in braces", "[api]") {
  const rt::runtime runtime{rt::config{.num_cpus = 1, .resources = {{"fpga", 1}}}};
  CHECK(rt::get(rt::remote<square>.with({.resources = {{"fpga", 1}}})(3)) == 9);
}

TEST_CASE("runtime: with the machine's own CPUs", "[api]") {
  const rt::runtime runtime{rt::config{}};
  CHECK(rt::get(rt::remote<square>(3)) == 9);
}

TEST_CASE("runtime: a second one beside the first is refused", "[api]") {
  const rt::runtime runtime{support::test_config()};
  CHECK_THROWS_AS(rt::runtime{support::test_config()}, rt::config_error);
  CHECK(rt::get(rt::remote<square>(3)) == 9);
}

TEST_CASE("runtime: a configuration without meaning is named", "[api]") {
  using Catch::Matchers::ContainsSubstring;
  rt::config config = support::test_config();
  config.num_cpus = -2;
  CHECK_THAT(message_of(config), ContainsSubstring("num_cpus"));
  config = support::test_config();
  config.resources = {{"fpga", -1}};
  CHECK_THAT(message_of(config), ContainsSubstring("fpga"));
  config = support::test_config();
  config.max_queued_tasks = -5;
  CHECK_THAT(message_of(config), ContainsSubstring("max_queued_tasks"));

  const rt::runtime runtime{support::test_config()};
  CHECK(rt::get(rt::remote<square>(3)) == 9);
}

TEST_CASE("runtime: its end waits for running and queued work", "[api]") {
  ran = 0;
  {
    const rt::runtime runtime{support::test_config()};
    for (int i = 0; i < 50; ++i) rt::remote<counts>();
    rt::remote<starts_more>();
  }
  CHECK(ran == 60);
}

TEST_CASE("runtime: its end cancels what takes longer than shutdown_timeout", "[api]") {
  ran = 0;
  started.close();
  {
    auto config = support::test_config(1);
    config.shutdown_timeout = 5ms;
    const rt::runtime runtime{config};
    rt::remote<until_cancelled>();
    started.wait();
    for (int i = 0; i < 5; ++i) rt::remote<counts>();
  }
  CHECK(ran == 0);
}

TEST_CASE("runtime: handles are dropped by other threads while it ends", "[api]") {
  for (int i = 0; i < 100; ++i) {
    support::gate both;
    std::thread dropping;
    {
      const rt::runtime runtime{support::test_config()};
      std::vector<rt::actor<counter>> actors(20);
      for (auto& each : actors) each = rt::spawn<counter>();
      dropping = std::thread([kept = std::move(actors), &both]() mutable {
        both.open();
        for (auto& each : kept) each = {};
      });
      both.wait();
    }
    dropping.join();
  }
  SUCCEED();
}

TEST_CASE("runtime: zero shutdown_timeout cancels at once", "[api]") {
  started.close();
  auto config = support::test_config(1);
  config.shutdown_timeout = 0s;
  {
    const rt::runtime runtime{config};
    rt::remote<until_cancelled>();
    started.wait();
  }
  SUCCEED();
}

TEST_CASE("runtime: threads of the program call it too", "[api]") {
  const rt::runtime runtime{support::test_config()};
  std::atomic<int> total{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&total, t] {
      const auto c = rt::spawn<counter>();
      for (int i = 0; i < 50; ++i) {
        total += rt::get(rt::remote<square>(t));
        rt::remote<&counter::increment>(c);
      }
      total += rt::get(rt::remote<&counter::increment>(c));
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(total == 50 * (0 + 1 + 4 + 9) + 4 * 51);
}

TEST_CASE("runtime: may be made and ended by another thread", "[api]") {
  std::thread([] {
    const rt::runtime runtime{support::test_config()};
    CHECK(rt::get(rt::remote<square>(5)) == 25);
  }).join();
  const rt::runtime runtime{support::test_config()};
  CHECK(rt::get(rt::remote<square>(6)) == 36);
}

TEST_CASE("runtime: an exception that unwinds it shuts it down", "[api]") {
  try {
    const rt::runtime runtime{support::test_config()};
    rt::remote<square>(1);
    throw std::runtime_error("on the way");
  } catch (const std::runtime_error&) {
  }
  const rt::runtime runtime{support::test_config()};
  CHECK(rt::get(rt::remote<square>(2)) == 4);
}

TEST_CASE("runtime: a failure no one sees is no trouble", "[api]") {
  constexpr auto fails = []() -> int { throw std::runtime_error("unseen, on purpose"); };
  const rt::runtime runtime{support::test_config()};
  for (int i = 0; i < 3; ++i) rt::remote<fails>();
  CHECK(rt::get(rt::remote<square>(2)) == 4);
}

TEST_CASE("runtime: less than one CPU is refused where nobody else has one", "[api]") {
  CHECK_THROWS_AS(rt::runtime(rt::config{.num_cpus = 0.5}), rt::config_error);
}
