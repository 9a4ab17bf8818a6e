#include <rt/testing/cluster.hpp>

#include <rt/rt.hpp>

#include <stdexcept>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/cluster_run.hpp"

namespace {

using namespace std::chrono_literals;
using rt::testing::cluster;
using rt::testing::cluster_options;
using support::check_ok;

int square(int x) { return x * x; }
int slow_square(int x) {
  rt::this_task::sleep_for(5ms);
  return x * x;
}
int sum(std::vector<int> all) {
  int made = 0;
  for (const int each : all) made += each;
  return made;
}
std::string where() { return to_string(rt::this_task::node()); }
std::string whose() { return to_string(rt::this_task::job()); }
std::string whose_below() { return rt::get(rt::remote<whose>()); }
int refuse(int x) { throw std::out_of_range("no " + std::to_string(x)); }
int wait_for_end() {
  while (!rt::this_task::cancelled()) rt::this_task::sleep_for(1ms);
  return 0;
}
int next_of(rt::object_ref<int> given) { return rt::get(given) + 1; }
rt::object_ref<int> made_there(int x) { return rt::put(x); }
double total(rt::array<double> all) {
  double made = 0;
  for (const double each : all) made += each;
  return made;
}

TEST_CASE("cluster: tasks run on its nodes, and not in the driver", "[sim]") {
  cluster around({.seed = 1, .nodes = 3});
  check_ok(around.run([](cluster& self) {
    CHECK(self.nodes() == 3);
    std::vector<rt::object_ref<int>> squares;
    for (int i = 0; i < 20; ++i) squares.push_back(rt::remote<square>(i));
    CHECK(rt::get(rt::remote<sum>(squares)) == 2470);
    std::vector<std::string> nodes;
    for (int i = 0; i < 8; ++i) nodes.push_back(rt::get(rt::remote<where>()));
    for (const std::string& each : nodes) CHECK(each != "none");
  }));
}

TEST_CASE("cluster: what is thrown on a node comes back as what it was", "[sim]") {
  cluster around({.seed = 2});
  check_ok(around.run([](cluster&) {
    const auto failed = rt::remote<refuse>(7);
    CHECK_THROWS_AS(rt::get(failed), std::out_of_range);
    CHECK_THROWS_AS(rt::get(failed), rt::task_error);
    CHECK_THROWS_AS(rt::get(rt::remote<next_of>(failed)), std::out_of_range);
  }));
}

TEST_CASE("cluster: references and arrays go where they are handed", "[sim]") {
  cluster around({.seed = 3});
  check_ok(around.run([](cluster&) {
    const auto here = rt::put(41);
    CHECK(rt::get(rt::remote<next_of>(here)) == 42);
    CHECK(rt::get(rt::remote<next_of>(rt::remote<square>(5))) == 26);
    const rt::object_ref<int> there = rt::get(rt::remote<made_there>(9));
    CHECK(rt::get(there) == 9);
    CHECK(rt::get(rt::remote<next_of>(there)) == 10);
    rt::mutable_array<double> numbers(100);
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = 0.5;
    CHECK(rt::get(rt::remote<total>(std::move(numbers).freeze())) == 50.0);
  }));
}

TEST_CASE("cluster: a task and what it calls are of the driver's job", "[sim]") {
  cluster around({.seed = 4});
  check_ok(around.run([](cluster&) {
    const std::string direct = rt::get(rt::remote<whose>());
    CHECK(direct != "none");
    CHECK(rt::get(rt::remote<whose_below>()) == direct);
  }));
}

TEST_CASE("cluster: what ran on a node that dies runs again elsewhere", "[sim]") {
  cluster around({.seed = 5, .nodes = 3});
  check_ok(around.run([](cluster& self) {
    std::vector<rt::object_ref<int>> squares;
    for (int i = 0; i < 30; ++i) squares.push_back(rt::remote<slow_square>(i));
    static_cast<void>(rt::wait(squares, {.num_returns = 3}));
    self.kill(1);
    for (int i = 0; i < 30; ++i) CHECK(rt::get(squares[static_cast<std::size_t>(i)]) == i * i);
    CHECK(self.wait_for_nodes(2));
    self.start(1);
    CHECK(self.wait_for_nodes(3));
  }));
}

TEST_CASE("cluster: counts what a process has said and heard, in all its lives", "[sim]") {
  cluster around({.seed = 11, .nodes = 1});
  check_ok(around.run([](cluster& self) {
    CHECK(rt::get(rt::remote<square>(3)) == 9);
    const rt::testing::traffic first = self.traffic_of(1);
    CHECK(first.frames_sent > 0);
    CHECK(first.frames_received > 0);
    self.kill(1);
    self.start(1);
    CHECK(rt::get(rt::remote<square>(4)) == 16);
    CHECK(self.traffic_of(1).frames_sent > first.frames_sent);
    CHECK(self.traffic_of(7).frames_sent == 0);
  }));
}

TEST_CASE("cluster: without retries a task's end with its node is told", "[sim]") {
  cluster around({.seed = 6, .nodes = 1});
  check_ok(around.run([](cluster& self) {
    const auto lost = rt::remote<slow_square>.with({.max_retries = 0})(3);
    rt::this_task::sleep_for(3ms);
    self.kill(1);
    self.start(1);
    CHECK_THROWS_AS(rt::get(lost), rt::node_died_error);
  }));
}

TEST_CASE("cluster: an object dies with its owner, and who holds it is told", "[sim]") {
  cluster around({.seed = 7, .nodes = 1});
  check_ok(around.run([](cluster& self) {
    const rt::object_ref<int> there = rt::get(rt::remote<made_there>(9));
    self.kill(1);
    CHECK_THROWS_AS(rt::get(there), rt::owner_died_error);
  }));
}

TEST_CASE("cluster: a task that runs on a node sees its cancellation", "[sim]") {
  cluster around({.seed = 8});
  check_ok(around.run([](cluster&) {
    const auto running = rt::remote<wait_for_end>();
    rt::this_task::sleep_for(20ms);
    rt::cancel(running);
    CHECK_THROWS_AS(rt::get(running), rt::task_cancelled_error);
  }));
}

TEST_CASE("cluster: a head that dies and comes back is none the wiser", "[sim]") {
  cluster around({.seed = 9});
  check_ok(around.run([](cluster& self) {
    // Until the nodes have heard that they were taken in.
    rt::this_task::sleep_for(2s);
    std::vector<rt::object_ref<int>> squares;
    for (int i = 0; i < 10; ++i) squares.push_back(rt::remote<slow_square>(i));
    self.kill(0);
    for (int i = 0; i < 10; ++i) CHECK(rt::get(squares[static_cast<std::size_t>(i)]) == i * i);
    self.start(0);
    rt::this_task::sleep_for(15s);
    CHECK(rt::get(rt::remote<square>(6)) == 36);
    CHECK(self.wait_for_nodes(2));
  }));
}

TEST_CASE("cluster: a short partition is no more than latency", "[sim]") {
  cluster around({.seed = 10, .nodes = 2});
  check_ok(around.run([](cluster& self) {
    const auto running = rt::remote<slow_square>(4);
    self.partition(1, self.driver());
    self.partition(2, self.driver());
    rt::this_task::sleep_for(2s);
    self.heal();
    CHECK(rt::get(running) == 16);
    CHECK(self.wait_for_nodes(2));
  }));
}

TEST_CASE("cluster: a node that was stopped for long comes back as another", "[sim]") {
  cluster around({.seed = 11, .nodes = 2});
  check_ok(around.run([](cluster& self) {
    self.pause(1);
    CHECK(self.wait_for_nodes(1));
    self.resume(1);
    CHECK(self.wait_for_nodes(2));
    CHECK(rt::get(rt::remote<square>(8)) == 64);
  }));
}

TEST_CASE("cluster: one seed is one run", "[sim]") {
  const auto run = [](std::uint64_t seed) {
    cluster around({.seed = seed, .faults = true});
    return around.run([](cluster&) {
      for (int i = 0; i < 10; ++i) {
        const auto made = rt::try_get(rt::remote<slow_square>(i));
        rt::sim::check(!made || *made == i * i, "a wrong value");
      }
    });
  };
  const rt::sim::report first = run(12);
  check_ok(first);
  CHECK(run(12).trace_hash == first.trace_hash);
  CHECK(run(13).trace_hash != first.trace_hash);
}

TEST_CASE("cluster: a program that fails is told, with where it was", "[sim]") {
  cluster around({.seed = 14});
  const rt::sim::report report = around.run([](cluster&) { rt::sim::fail("this is wrong"); });
  CHECK_FALSE(report.ok());
  CHECK(report.failure.find("this is wrong") != std::string::npos);
  cluster another({.seed = 15});
  CHECK_FALSE(another.run([](cluster&) { throw std::runtime_error("so"); }).ok());
}

}  // namespace
