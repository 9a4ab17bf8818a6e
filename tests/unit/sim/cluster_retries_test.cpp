#include <rt/testing/cluster.hpp>

#include <rt/rt.hpp>

#include <functional>
#include <stdexcept>
#include <string>

#include "support/catch.hpp"
#include "support/cluster_run.hpp"

// How often a task runs that throws, or whose node dies.

namespace {

using namespace std::chrono_literals;
using rt::testing::cluster;
using rt::testing::cluster_options;

/// Statics are shared by all processes of a cluster.
int runs = 0;
bool may_end = false;

/// Throws in all attempts before that one.   Shape: the attempt.
unsigned throw_before(unsigned attempt) {
  ++runs;
  if (rt::this_task::attempt() < attempt) throw std::out_of_range("too early");
  return static_cast<unsigned>(rt::this_task::attempt());
}
int run_until_allowed() {
  ++runs;
  while (!may_end) rt::this_task::sleep_for(10ms);
  return runs;
}

int throw_then_run() {
  if (runs++ == 0) throw std::out_of_range("the first");
  while (!may_end) rt::this_task::sleep_for(10ms);
  return runs;
}
int run_then_throw() {
  run_until_allowed();
  throw std::out_of_range("each");
}

void run(const cluster_options& options, const std::function<void(cluster&)>& program) {
  runs = 0;
  may_end = false;
  support::run_cluster(options, program);
}

void wait_for_run(int which) {
  for (int i = 0; i < 6'000 && runs < which; ++i) rt::this_task::sleep_for(10ms);
  REQUIRE(runs == which);
}

/// Lets the only node die and come back in each of so many runs.
void die_in_runs(cluster& self, int times) {
  for (int died = 1; died <= times; ++died) {
    wait_for_run(died);
    self.kill(1);
    self.start(1);
  }
}

}  // namespace

TEST_CASE("cluster retries: what throws runs again where that is asked for", "[sim]") {
  run({.seed = 1, .nodes = 3}, [](cluster&) {
    const auto retried = rt::remote<throw_before>.with({.retry_exceptions = true});
    CHECK(rt::get(retried(2)) == 2);
    CHECK(runs == 3);
  });
}

TEST_CASE("cluster retries: what throws does not run again where nobody asked for that", "[sim]") {
  run({.seed = 2, .nodes = 3}, [](cluster&) {
    const auto failed = rt::remote<throw_before>(1);
    CHECK_THROWS_AS(rt::get(failed), std::out_of_range);
    CHECK(runs == 1);
  });
}

TEST_CASE("cluster retries: what always throws runs max_retries times more", "[sim]") {
  for (const int max : {0, 1, 2}) {
    run({.seed = 3, .nodes = 2}, [max](cluster&) {
      const auto failed =
          rt::remote<throw_before>.with({.max_retries = max, .retry_exceptions = true})(100);
      CHECK_THROWS_AS(rt::get(failed), std::out_of_range);
      CHECK(runs == 1 + max);
    });
  }
}

TEST_CASE("cluster retries: a task whose nodes die runs max_retries times more", "[sim]") {
  for (const int max : {0, 1, 3}) {
    run({.seed = 4, .nodes = 1}, [max](cluster& self) {
      const auto failed = rt::remote<run_until_allowed>.with({.max_retries = max})();
      die_in_runs(self, 1 + max);
      const auto found = rt::try_get(failed);
      REQUIRE_FALSE(found);
      CHECK(found.error().code == rt::errc::node_died);
      CHECK(found.error().outcome == rt::outcome::unknown);
      rt::this_task::sleep_for(60s);
      CHECK(runs == 1 + max);
    });
  }
}

TEST_CASE("cluster retries: a task whose nodes die one time less has its value", "[sim]") {
  run({.seed = 5, .nodes = 1}, [](cluster& self) {
    const auto ends = rt::remote<run_until_allowed>.with({.max_retries = 3})();
    die_in_runs(self, 3);
    wait_for_run(4);
    may_end = true;
    CHECK(rt::get(ends) == 4);
  });
}

TEST_CASE("cluster retries: without a limit it is run again each time", "[sim]") {
  run({.seed = 6, .nodes = 1}, [](cluster& self) {
    const auto ends = rt::remote<run_until_allowed>.with({.max_retries = -1})();
    die_in_runs(self, 6);
    wait_for_run(7);
    may_end = true;
    CHECK(rt::get(ends) == 7);
  });
}

TEST_CASE("cluster retries: exceptions and deaths use up the same retries", "[sim]") {
  for (const int max : {1, 2}) {
    run({.seed = 7, .nodes = 1}, [max](cluster& self) {
      const auto task =
          rt::remote<throw_then_run>.with({.max_retries = max, .retry_exceptions = true})();
      for (int died = 1; died <= max; ++died) {
        wait_for_run(died + 1);
        self.kill(1);
        self.start(1);
      }
      CHECK_THROWS_AS(rt::get(task), rt::node_died_error);
      CHECK(runs == 1 + max);
    });
  }
}

TEST_CASE("cluster retries: an exception after as many deaths as are allowed is the last",
          "[sim]") {
  run({.seed = 8, .nodes = 1}, [](cluster& self) {
    const auto task =
        rt::remote<run_then_throw>.with({.max_retries = 2, .retry_exceptions = true})();
    die_in_runs(self, 2);
    wait_for_run(3);
    may_end = true;
    CHECK_THROWS_AS(rt::get(task), std::out_of_range);
    CHECK(runs == 3);
  });
}
