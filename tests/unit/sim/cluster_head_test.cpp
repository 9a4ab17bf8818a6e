// Clusters whose head is gone, is another's, or lets a node go.

#include <rt/testing/cluster.hpp>

#include <rt/rt.hpp>

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/cluster_run.hpp"

namespace {

using namespace std::chrono_literals;
using rt::testing::cluster;
using support::check_ok;

int slow_square(int x) {
  rt::this_task::sleep_for(5ms);
  return x * x;
}
int long_square(int x) {
  rt::this_task::sleep_for(3s);
  return x * x;
}
std::string where() { return to_string(rt::this_task::node()); }
std::string where_slowly() {
  rt::this_task::sleep_for(20ms);
  return to_string(rt::this_task::node());
}
int square_below(int x) { return rt::get(rt::remote<slow_square>(x)); }

rt::config with_head_timeout(rt::time_limit limit) {
  rt::config made;
  made.head_timeout = limit;
  return made;
}

TEST_CASE("cluster: a driver that never reaches a head is told so", "[sim]") {
  cluster around({.seed = 31, .driver = with_head_timeout(4s), .waits_for_nodes = false});
  check_ok(around.run([](cluster& self) {
    self.partition(self.driver(), 0);
    const auto waits = rt::remote<slow_square>(3);
    const auto depends = rt::remote<slow_square>(waits);
    rt::this_task::sleep_for(3500ms);
    CHECK(rt::wait({waits}, {.timeout = 0ms}).ready.empty());
    CHECK_THROWS_AS(rt::get(waits), rt::cluster_unavailable_error);
    CHECK_THROWS_AS(rt::get(depends), rt::cluster_unavailable_error);
    // Nor does a later one wait.
    CHECK_THROWS_AS(rt::get(rt::remote<slow_square>(4)), rt::cluster_unavailable_error);
    self.heal();
    CHECK(self.wait_for_nodes(2));
    CHECK(rt::get(rt::remote<slow_square>(5)) == 25);
  }));
}

TEST_CASE("cluster: with the head gone for good tasks run on, on the nodes that are known",
          "[sim]") {
  cluster around({.seed = 32, .nodes = 2, .driver = with_head_timeout(20s)});
  check_ok(around.run([](cluster& self) {
    rt::this_task::sleep_for(2s);
    const auto running = rt::remote<long_square>(7);
    self.kill(0);
    rt::this_task::sleep_for(25s);
    CHECK(rt::get(running) == 49);
    CHECK(rt::get(rt::remote<slow_square>(5)) == 25);
  }));
}

TEST_CASE("cluster: with head and nodes gone for good everything resolves", "[sim]") {
  for (std::uint64_t seed = 40; seed < 50; ++seed) {
    cluster around({.seed = seed, .nodes = 2, .steps_max = 1'000'000});
    check_ok(around.run([](cluster& self) {
      rt::this_task::sleep_for(2s);
      std::vector<rt::object_ref<int>> all;
      for (int i = 0; i < 20; ++i) all.push_back(rt::remote<long_square>(i));
      all.push_back(rt::remote<long_square>.with({.max_retries = 0})(20));
      rt::this_task::sleep_for(1s);
      self.kill(0);
      self.kill(1);
      self.kill(2);
      for (const auto& each : all) {
        CHECK_THROWS_AS(rt::get(each), rt::error);
      }
      CHECK_THROWS_AS(rt::get(rt::remote<slow_square>(1)), rt::cluster_unavailable_error);
    }));
  }
}

TEST_CASE("cluster: a head that is back within its time is not missed", "[sim]") {
  cluster around({.seed = 33, .nodes = 1});
  check_ok(around.run([](cluster& self) {
    rt::this_task::sleep_for(2s);
    self.kill(0);
    self.kill(1);
    const auto waits = rt::remote<slow_square>(6);
    rt::this_task::sleep_for(50s);
    self.start(0);
    self.start(1);
    CHECK(rt::get(waits) == 36);
  }));
}

TEST_CASE("cluster: a process that slept does not take that for its head's silence", "[sim]") {
  cluster around({.seed = 34, .nodes = 1, .node = with_head_timeout(5s)});
  check_ok(around.run([](cluster& self) {
    rt::this_task::sleep_for(2s);
    self.pause(1);
    rt::this_task::sleep_for(8s);
    self.resume(1);
    CHECK(rt::get(rt::remote<square_below>(6)) == 36);
  }));
}

TEST_CASE("cluster: a head without its log is another cluster, and says so", "[sim]") {
  cluster around({.seed = 35, .nodes = 2, .head_keeps_log = false});
  const rt::sim::report report = around.run([](cluster& self) {
    rt::this_task::sleep_for(2s);
    const auto running = rt::remote<long_square>(7);
    rt::this_task::sleep_for(100ms);
    self.kill(0);
    self.start(0);
    // What runs goes on, and its node ends after it.
    CHECK(rt::get(running) == 49);
    CHECK(self.wait_for_nodes(2));
    std::string words;
    try {
      for (;;) static_cast<void>(rt::get(rt::remote<slow_square>(1)));
    } catch (const rt::version_mismatch_error& refused) {
      words = refused.what();
    }
    CHECK_THAT(words, Catch::Contains("sim://0:1 belongs to the cluster "));
    CHECK_THAT(words, Catch::Contains("sim://3:1"));
  });
  check_ok(report);
}

TEST_CASE("cluster: a node that is drained ends its work and leaves; new work goes elsewhere",
          "[sim]") {
  for (std::uint64_t seed = 50; seed < 60; ++seed) {
    cluster around({.seed = seed, .nodes = 2});
    check_ok(around.run([](cluster& self) {
      rt::this_task::sleep_for(2s);
      std::vector<rt::object_ref<int>> running;
      for (int i = 0; i < 4; ++i) {
        running.push_back(rt::remote<long_square>.with({.max_retries = 0})(i));
      }
      rt::this_task::sleep_for(100ms);
      CHECK_FALSE(self.drain(7, 1s));
      CHECK(self.drain(1, 30s));
      CHECK(self.wait_for_nodes(1));
      // All on the other one: it leaves in its own time.
      std::vector<rt::object_ref<std::string>> after;
      for (int i = 0; i < 6; ++i) after.push_back(rt::remote<where_slowly>());
      const std::string there = rt::get(after[0]);
      for (const auto& each : after) CHECK(rt::get(each) == there);
      for (int i = 0; i < 4; ++i) CHECK(rt::get(running[static_cast<std::size_t>(i)]) == i * i);
      rt::this_task::sleep_for(5s);
      self.start(1);
      CHECK(self.wait_for_nodes(2));
      CHECK(rt::get(rt::remote<where>()) != "none");
    }));
  }
}

TEST_CASE("cluster: a node that is drained in too short a time leaves all the same", "[sim]") {
  cluster around({.seed = 36, .nodes = 2});
  check_ok(around.run([](cluster& self) {
    rt::this_task::sleep_for(2s);
    std::vector<rt::object_ref<int>> running;
    for (int i = 0; i < 4; ++i) running.push_back(rt::remote<long_square>(i));
    rt::this_task::sleep_for(100ms);
    CHECK(self.drain(1, 200ms));
    for (int i = 0; i < 4; ++i) CHECK(rt::get(running[static_cast<std::size_t>(i)]) == i * i);
    CHECK(self.wait_for_nodes(1));
  }));
}

}  // namespace
