// What can befall a simulated cluster beside deaths: its head's disk, single directions of its network, its
// driver, its clocks.

#include <rt/testing/cluster.hpp>

#include <rt/rt.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

// As explored: elsewhere no bug is held.
#define RT_LANE_EXPLORED
#include "core/planted_bug.hpp"
#include "sim/cluster_harm.hpp"
#include "support/catch.hpp"

namespace {

using namespace std::chrono_literals;
using rt::testing::cluster;
using rt::testing::cluster_options;

constexpr rt::instant ms = 1'000'000;

class counter {
 public:
  explicit counter(int begin) : value_(begin) {}
  int add(int more) { return value_ += more; }

 private:
  int value_;
};

rt::actor<counter> spawn_named(std::string name) {
  return rt::spawn<counter>.with({.name = std::move(name)})(1);
}
int square(int x) { return x * x; }
int long_square(int x) {
  rt::this_task::sleep_for(10s);
  return x * x;
}

std::int64_t effects = 0;
int count() {
  ++effects;
  return 1;
}

rt::sim::report run(const cluster_options& options, const std::function<void(cluster&)>& program) {
  cluster around(options);
  const rt::sim::report report = around.run(program);
  for (const std::string& line : report.log) UNSCOPED_INFO(line);
  INFO("seed " << options.seed << ": " << report.failure);
  CHECK(report.ok());
  return report;
}

/// With a plan that a test has made; no fault site is on.
rt::sim::report run_harmed(const cluster_options& options, std::vector<rt::sim::fault> faults,
                           const std::function<void(cluster&)>& program) {
  cluster around(options);
  rt::sim::fault_sites none(options.seed, {});
  rt::sim::cluster_harm harm{
      .plan = {.faults = std::move(faults), .healed_at = options.healed_after.count()},
      .sites = &none};
  harm.plan = rt::sim::for_nodes(harm.plan, options.nodes);
  rt::sim::befall(around, harm);
  const rt::sim::report report = around.run(program);
  INFO("seed " << options.seed << ": " << report.failure);
  CHECK(report.ok());
  return report;
}

TEST_CASE("cluster faults: a head without room on its disk holds its answers back", "[sim]") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    run({.seed = seed, .nodes = 2}, [](cluster& self) {
      self.set_head_disk_full(true);
      const auto asked = rt::remote<spawn_named>("x");
      CHECK(rt::wait({asked}, {.timeout = 3s}).ready.empty());
      // What the head does not write down goes on.
      CHECK(rt::get(rt::remote<square>(3)) == 9);
      self.set_head_disk_full(false);
      const auto named = rt::get(asked);
      CHECK(rt::get_actor<counter>("x") == named);
      CHECK(rt::get(rt::remote<&counter::add>(named, 1)) == 2);
    });
  }
}

TEST_CASE("cluster faults: a head that finds no room at its start begins when there is some",
          "[sim]") {
  run({.seed = 1, .nodes = 1}, [](cluster& self) {
    const auto named = rt::spawn<counter>.with({.name = "x"})(1);
    self.set_head_disk_full(true);
    self.lose_power(0);
    self.start(0);
    rt::this_task::sleep_for(5s);
    self.set_head_disk_full(false);
    CHECK(rt::get_actor<counter>("x") == named);
  });
}

/// Shape: whether a name that was given is still there when its head has lost power and come back.
bool keeps_name_without_power(std::uint64_t seed) {
  bool kept = false;
  cluster around({.seed = seed, .nodes = 1});
  const rt::sim::report report = around.run([&](cluster& self) {
    const auto named = rt::spawn<counter>.with({.name = "x"})(1);
    self.lose_power(0);
    rt::this_task::sleep_for(100ms);
    self.start(0);
    try {
      kept = rt::get_actor<counter>("x") == named;
    } catch (const rt::actor_not_found_error&) {
    }
  });
  return kept && report.ok();
}

TEST_CASE("cluster faults: a head that loses power has lost nothing that it had answered",
          "[sim]") {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    CAPTURE(seed);
    CHECK(keeps_name_without_power(seed));
  }
}

TEST_CASE("cluster faults: a head that answers too early has lost that with its power", "[sim]") {
  rt::sim::detail::plant("log.ack_before_sync");
  int lost = 0;
  for (std::uint64_t seed = 0; seed < 30; ++seed) lost += !keeps_name_without_power(seed);
  rt::sim::detail::plant("");
  CHECK(lost > 0);
}

TEST_CASE("cluster faults: on a slow disk a name takes its time", "[sim]") {
  const auto named = [](cluster&) { static_cast<void>(rt::spawn<counter>.with({.name = "x"})(1)); };
  const auto with_slow = [&](cluster& self) {
    self.set_head_disk_slow(2s);
    named(self);
  };
  const auto usual = run({.seed = 4, .nodes = 1}, named).virtual_time;
  const auto slow = run({.seed = 4, .nodes = 1}, with_slow).virtual_time;
  CHECK(slow > usual + 3s);
}

TEST_CASE("cluster faults: what is cut one way still comes the other", "[sim]") {
  effects = 0;
  run({.seed = 5, .nodes = 1, .links = rt::testing::links::lossy}, [](cluster& self) {
    CHECK(rt::get(rt::remote<square>(2)) == 4);
    self.partition_one_way(1, self.driver());
    const auto asked = rt::remote<count>.with({.max_retries = 0})();
    CHECK(rt::wait({asked}, {.timeout = 3s}).ready.empty());
    CHECK(effects == 1);
    self.heal();
    CHECK(rt::get(asked) == 1);
  });
  CHECK(effects == 1);
}

TEST_CASE("cluster faults: a clog holds back what is said, and then lets it go", "[sim]") {
  run({.seed = 6, .nodes = 1}, [](cluster& self) {
    CHECK(rt::get(rt::remote<square>(2)) == 4);
    self.clog(self.driver(), 1, 2s);
    const auto asked = rt::remote<square>(3);
    CHECK(rt::wait({asked}, {.timeout = 1900ms}).ready.empty());
    CHECK(rt::get(asked) == 9);
  });
}

TEST_CASE("cluster faults: a plan stops the driver as any other", "[sim]") {
  const auto program = [](cluster&) {
    for (int i = 0; i < 20; ++i) rt::this_task::sleep_for(10ms);
  };
  const cluster_options options{.seed = 7, .nodes = 2};
  const auto usual = run_harmed(options, {}, program).virtual_time;
  const auto stopped = run_harmed(options,
                                  {{.kind = rt::sim::fault_kind::pause,
                                    .begin = 50 * ms,
                                    .end = 1'050 * ms,
                                    .one = rt::sim::the_driver}},
                                  program)
                           .virtual_time;
  CHECK(stopped > usual + 900ms);
}

TEST_CASE("cluster faults: each machine has a clock of its own", "[sim]") {
  const auto program = [](cluster&) { CHECK(rt::get(rt::remote<long_square>(5)) == 25); };
  const cluster_options options{.seed = 8, .nodes = 1};
  const auto usual = run_harmed(options, {}, program).virtual_time;
  // Its ten seconds are over after 9.52.
  const auto fast = run_harmed(options,
                               {{.kind = rt::sim::fault_kind::clock_drift,
                                 .end = 1'000 * ms,
                                 .one = 1,
                                 .rate_ppm = 50'000}},
                               program)
                        .virtual_time;
  CHECK(fast < usual - 400ms);
  CHECK(fast > usual - 600ms);
  // After 10.53.
  const auto slow = run_harmed(options,
                               {{.kind = rt::sim::fault_kind::clock_lag,
                                 .end = 1'000 * ms,
                                 .one = 1,
                                 .rate_ppm = 50'000}},
                               program)
                        .virtual_time;
  CHECK(slow > usual + 400ms);
  CHECK(slow < usual + 700ms);
}

TEST_CASE("cluster faults: of a driver that dies nothing is left on head and nodes", "[sim]") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto report = run({.seed = seed, .nodes = 2}, [](cluster& self) {
      const auto named = rt::spawn<counter>.with({.name = "x"})(1);
      const auto added = rt::remote<&counter::add>(named, 1);
      std::vector<rt::object_ref<int>> all;
      for (int i = 0; i < 10; ++i) all.push_back(rt::remote<long_square>(i));
      all.push_back(rt::remote<square>(all.front()));
      CHECK(rt::get(added) == 2);
      self.kill(self.driver());
      FAIL("a dead program goes on");
    });
    // The head gave it its death timeout.
    CHECK(report.virtual_time > 5s);
  }
}

TEST_CASE("cluster faults: who waits on beyond what is promised after the harm hangs", "[sim]") {
  const auto waits = [](std::chrono::nanoseconds length, std::chrono::nanoseconds own_time) {
    cluster around({.seed = 9, .nodes = 1, .own_time = own_time});
    rt::sim::fault_sites none(9, {});
    rt::sim::befall(around, {.plan = {.healed_at = 1'000 * ms}, .sites = &none});
    return around.run([&](cluster&) { rt::this_task::sleep_for(length); });
  };
  // Twice a death timeout of ten seconds and a pause of three.
  CHECK(waits(26900ms, 0s).ok());
  const rt::sim::report hangs = waits(27100ms, 0s);
  CHECK(hangs.failure.find("waits still") != std::string::npos);
  CHECK(waits(27100ms, 1s).ok());
}

TEST_CASE("cluster faults: where a clock loses, what is promised takes as long by it", "[sim]") {
  const auto waits = [](std::chrono::nanoseconds length) {
    cluster around({.seed = 9, .nodes = 1, .own_time = 0s});
    rt::sim::fault_sites none(9, {});
    const rt::sim::fault slow{
        .kind = rt::sim::fault_kind::clock_lag, .end = 1'000 * ms, .one = 1, .rate_ppm = 50'000};
    rt::sim::befall(around, {.plan = {.faults = {slow}, .healed_at = 1'000 * ms}, .sites = &none});
    return around.run([&](cluster&) { rt::this_task::sleep_for(length); });
  };
  // 26 s are 27.37.
  CHECK(waits(28200ms).ok());
  CHECK(waits(28500ms).failure.find("waits still") != std::string::npos);
}

TEST_CASE("cluster faults: the plan of a cluster harms disk, driver and clocks", "[sim]") {
  int of_driver = 0;
  int of_power = 0;
  int full = 0;
  int slow = 0;
  int drifting = 0;
  int lagging = 0;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const rt::sim::fault_plan plan = rt::sim::plan_for({.seed = seed, .nodes = 3});
    if (rt::sim::without_harm(seed)) CHECK(plan.faults.empty());
    for (const rt::sim::fault& each : plan.faults) {
      CHECK(each.begin <= each.end);
      CHECK(each.end <= plan.healed_at);
      of_driver += each.one == rt::sim::the_driver || each.other == rt::sim::the_driver;
      of_power += each.kind == rt::sim::fault_kind::power_loss;
      full += each.kind == rt::sim::fault_kind::disk_full;
      slow += each.kind == rt::sim::fault_kind::slow_disk;
      drifting += each.kind == rt::sim::fault_kind::clock_drift;
      lagging += each.kind == rt::sim::fault_kind::clock_lag;
      if (each.kind == rt::sim::fault_kind::crash) CHECK(each.one != rt::sim::the_driver);
    }
  }
  CHECK(of_driver > 100);
  CHECK(of_power > 40);
  CHECK(full > 50);
  CHECK(slow > 50);
  CHECK(drifting > 50);
  CHECK(lagging > 50);
}

TEST_CASE("cluster faults: with fewer nodes a plan keeps what concerns the driver", "[sim]") {
  using rt::sim::fault_kind;
  rt::sim::fault_plan plan{.faults = {{.kind = fault_kind::crash, .one = 3, .other = 0},
                                      {.kind = fault_kind::pause, .one = rt::sim::the_driver},
                                      {.kind = fault_kind::clog, .one = 1, .other = 4}}};
  const rt::sim::fault_plan kept = rt::sim::for_nodes(plan, 2);
  REQUIRE(kept.faults.size() == 1);
  CHECK(kept.faults[0].kind == fault_kind::pause);
  CHECK(kept.faults[0].one == 3);
}

}  // namespace
