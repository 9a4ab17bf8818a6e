#include <rt/testing/cluster.hpp>

#include <rt/rt.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/cluster_run.hpp"

// Where the tasks of a cluster run, how long they wait for that, and what becomes of those that no node can
// run.

namespace {

using namespace std::chrono_literals;
using rt::testing::cluster;
using rt::testing::cluster_options;
using support::run_cluster;

constexpr auto long_time = 60s;
/// Too little for two long ones after each other.
constexpr auto less_than_two = 110s;

rt::node_id run_long() {
  rt::this_task::sleep_for(long_time);
  return rt::this_task::node();
}
rt::node_id run_second() {
  rt::this_task::sleep_for(1s);
  return rt::this_task::node();
}
rt::node_id where() { return rt::this_task::node(); }
/// Shape: whether its child has run while it did.
bool has_child_run() {
  const auto child = rt::remote<where>();
  rt::this_task::sleep_for(long_time);
  return rt::try_get(child, 0s).has_value();
}

/// Shape: how many of its children have run, each for a while.
int run_children(int count) {
  std::vector<rt::object_ref<rt::node_id>> children;
  for (int child = 0; child < count; ++child) children.push_back(rt::remote<run_second>());
  return static_cast<int>(rt::get(children).size());
}

cluster_options with_cpus(std::uint64_t seed, unsigned nodes, int cpus) {
  cluster_options options{.seed = seed, .nodes = nodes};
  options.node.num_cpus = cpus;
  return options;
}

}  // namespace

TEST_CASE("cluster leases: long tasks use all nodes", "[sim]") {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    run_cluster(with_cpus(seed, 4, 1), [](cluster&) {
      std::vector<rt::object_ref<rt::node_id>> all;
      for (int i = 0; i < 4; ++i) all.push_back(rt::remote<run_long>());
      CHECK(rt::wait(all, {.num_returns = 4, .timeout = less_than_two}).pending.empty());
      std::set<rt::node_id> nodes;
      for (const rt::node_id& each : rt::get(all)) nodes.insert(each);
      CHECK(nodes.size() == 4);
    });
  }
}

TEST_CASE("cluster leases: tasks of a second use all slots of all nodes alike", "[sim]") {
  run_cluster(with_cpus(5, 4, 2), [](cluster&) {
    std::vector<rt::object_ref<rt::node_id>> all;
    for (int i = 0; i < 8; ++i) all.push_back(rt::remote<run_second>());
    std::map<rt::node_id, int> at;
    for (const rt::node_id& each : rt::get(all)) ++at[each];
    CHECK(at.size() == 4);
    for (const auto& [node, tasks] : at) CHECK(tasks == 2);
  });
}

TEST_CASE("cluster leases: a short task does not wait behind a long one", "[sim]") {
  run_cluster(with_cpus(6, 2, 1), [](cluster&) {
    const auto longer = rt::remote<run_long>();
    const auto shorter = rt::remote<where>();
    CHECK(rt::try_get(shorter, 10s));
    rt::get(longer);
  });
}

TEST_CASE("cluster leases: what waits at a full node goes to one that becomes free", "[sim]") {
  run_cluster(with_cpus(7, 2, 1), [](cluster& self) {
    const auto first = rt::remote<run_long>();
    CHECK_FALSE(rt::try_get(first, 1s));
    self.kill(1);
    self.kill(2);
    self.start(1);
    self.wait_for_nodes(1);
    const auto second = rt::remote<run_long>();
    CHECK_FALSE(rt::try_get(second, 10s));
    self.start(2);
    CHECK(rt::wait(std::vector{first, second}, {.num_returns = 2, .timeout = 90s}).pending.empty());
  });
}

TEST_CASE("cluster leases: a child of a task that holds its node's only CPU runs elsewhere",
          "[sim]") {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    run_cluster(with_cpus(seed, 2, 1),
                [](cluster&) { CHECK(rt::get(rt::remote<has_child_run>())); });
  }
}

TEST_CASE(
    "cluster leases: what was drawn to run elsewhere comes home when the last other node goes",
    "[sim]") {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    cluster_options options = with_cpus(seed, 2, 1);
    run_cluster(options, [](cluster& self) {
      self.kill(2);
      CHECK(self.wait_for_nodes(1));
      const auto root = rt::remote<run_children>(40);
      rt::this_task::sleep_for(1s);
      self.start(2);
      CHECK(self.wait_for_nodes(2));
      rt::this_task::sleep_for(1s);
      self.kill(2);
      // Long before it is taken for one that no node could run.
      const auto all = rt::try_get(root, 120s);
      CHECK((all.has_value() && *all == 40));
    });
  }
}

TEST_CASE("cluster leases: a task that no node could run is unschedulable in time", "[sim]") {
  cluster_options options{.seed = 8, .nodes = 2};
  options.driver.unschedulable_timeout = 5s;
  cluster around(options);
  const rt::sim::report report = around.run([](cluster&) {
    const auto check_fails = [](const auto& with, const std::string& lacks) {
      std::vector<rt::object_ref<rt::node_id>> both;
      for (int i = 0; i < 2; ++i) both.push_back(rt::remote<where>.with(with)());
      CHECK(rt::wait(both, {.num_returns = 1, .timeout = 4s}).ready.empty());
      for (const auto& each : both) {
        try {
          rt::get(each);
          FAIL("it has run");
        } catch (const rt::unschedulable_error& failed) {
          CHECK(failed.outcome() == rt::outcome::not_started);
          CHECK_THAT(failed.what(), Catch::Matchers::ContainsSubstring(lacks));
        }
      }
    };
    check_fails(rt::task_options{.num_gpus = 1}, "asks for 1 of GPU, and no node has any");
    check_fails(rt::task_options{.num_cpus = 64}, "asks for 64 of CPU, and no node has more than");
    check_fails(rt::task_options{.num_cpus = 64, .max_retries = 0}, "asks for 64 of CPU");
  });
  for (const std::string& line : report.log) UNSCOPED_INFO(line);
  INFO(report.failure);
  CHECK(report.ok());
  // At once, and once for each shape.
  const auto told = std::count_if(report.log.begin(), report.log.end(), [](const auto& line) {
    return line.find("waits: no node has") != std::string::npos;
  });
  CHECK(told == 2);
}

TEST_CASE("cluster leases: without a node a task waits for one, and not for ever", "[sim]") {
  cluster_options options{.seed = 9, .nodes = 1};
  options.driver.unschedulable_timeout = 30s;
  run_cluster(options, [](cluster& self) {
    const auto running = rt::remote<run_long>();
    CHECK_FALSE(rt::try_get(running, 1s));
    self.kill(1);
    rt::this_task::sleep_for(20s);
    const auto later = rt::remote<where>();
    const auto failed = rt::try_get(running);
    REQUIRE_FALSE(failed);
    CHECK(failed.error().code == rt::errc::unschedulable);
    CHECK(failed.error().outcome == rt::outcome::unknown);
    // It waits since later.
    CHECK_FALSE(rt::try_get(later, 1s));
    self.start(1);
    CHECK(rt::try_get(later));
  });
}
