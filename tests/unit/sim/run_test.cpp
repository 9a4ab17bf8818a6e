#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <rt/rt.hpp>
#include <rt/sim.hpp>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

namespace {

int square(int x) { return x * x; }

int sleep_then(int value) {
  rt::this_task::sleep_for(1h);
  return value;
}

void give_up() { rt::sim::fail("seen in a task"); }

struct bank {
  int balance = 0;
  int add(int amount) { return balance += amount; }
};

void program() {
  auto account = rt::spawn<bank>();
  std::vector<rt::object_ref<int>> refs;
  for (int i = 0; i < 5; ++i) refs.push_back(rt::remote<square>(i));
  int sum = 0;
  for (int each : rt::get(refs)) sum += each;
  rt::sim::check(rt::get(rt::remote<&bank::add>(account, sum)) == 30, "wrong sum");
}

}  // namespace

TEST_CASE("sim::run: runs a program to its end, the same way for the same seed") {
  const auto first = rt::sim::run({.seed = 7}, program);
  CHECK(first.failure == "");
  CHECK(first.ok());
  CHECK(first.seed == 7);
  CHECK(first.steps > 0);
  const auto other = rt::sim::run({.seed = 8}, program);
  CHECK(other.trace_hash != first.trace_hash);
  const auto again = rt::sim::run({.seed = 7}, program);
  CHECK(again.trace_hash == first.trace_hash);
  CHECK(again.steps == first.steps);
}

TEST_CASE("sim::run: an hour passes in no time") {
  const auto report = rt::sim::run({.seed = 1, .step_time = 0ns}, [] {
    rt::sim::check(rt::get(rt::remote<sleep_then>(5)) == 5, "wrong value");
  });
  CHECK(report.failure == "");
  CHECK(report.virtual_time >= 1h);
  CHECK(report.virtual_time < 2h);
}

TEST_CASE("sim::run: an exception that leaves the program is its failure") {
  const auto report = rt::sim::run({}, [] { throw std::runtime_error("not today"); });
  CHECK_FALSE(report.ok());
  CHECK_THAT(report.failure, ContainsSubstring("not today"));
  CHECK(rt::sim::run({.seed = 7}, program).ok());
}

TEST_CASE("sim::run: a bad configuration is its failure") {
  const auto report = rt::sim::run({.config = {.num_cpus = -1}}, program);
  CHECK_THAT(report.failure, ContainsSubstring("num_cpus"));
}

TEST_CASE("sim::run: fail ends it, in a task too") {
  const auto report = rt::sim::run({.seed = 3}, [] { rt::get(rt::remote<give_up>()); });
  CHECK(report.failure == "seen in a task");
  CHECK_FALSE(rt::sim::active());
}

TEST_CASE("sim::run: more steps than allowed are a failure") {
  const auto report = rt::sim::run({.seed = 1, .steps_max = 100}, program);
  CHECK_THAT(report.failure, ContainsSubstring("no end after 100 steps"));
  CHECK_THAT(report.failure, ContainsSubstring("\"driver\""));
}

TEST_CASE("sim::run: references kept beyond the run are left over") {
  rt::object_ref<int> kept;
  const auto report = rt::sim::run({.seed = 1}, [&] { kept = rt::put(1); });
  CHECK_THAT(report.failure, ContainsSubstring("1 cells are left over"));
}

TEST_CASE("sim::run: a watcher hears of each step, one line each") {
  std::uint64_t lines = 0;
  rt::sim::options with{.seed = 7};
  with.watch = [&](std::string_view line) {
    ++lines;
    CHECK(line.find('\n') == std::string_view::npos);
  };
  const auto report = rt::sim::run(with, program);
  CHECK(report.ok());
  CHECK(lines == report.steps - 1);  // the last look finds nobody to go on
}
