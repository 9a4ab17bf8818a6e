#include "support/catch.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <rt/rt.hpp>

#include "support/gate.hpp"
#include "support/runtime_fixture.hpp"

namespace {

using namespace std::chrono_literals;
using support::runtime_fixture;

support::gate release;
support::gate started;
support::tally meeting;
std::atomic<int> running{0};
std::atomic<int> most{0};
std::atomic<int> attempts{0};

int square(int x) { return x * x; }
void pass_through() {
  const int now = ++running;
  int seen = most;
  while (seen < now && !most.compare_exchange_weak(seen, now)) {
  }
  for (int i = 0; i < 10; ++i) std::this_thread::yield();
  --running;
}
void passes_through_inside() {
  pass_through();
  rt::get(rt::remote<pass_through>());
  pass_through();
}
std::size_t meet(std::size_t n) {
  meeting.meet(n);
  return n;
}
int slow(int x) {
  started.open();
  release.wait();
  return x;
}
int fails_until(int n) {
  if (++attempts < n) throw std::runtime_error("attempt " + std::to_string(attempts));
  return attempts;
}
void opens() { release.open(); }
int waits_for_all_cpus() { return rt::get(rt::remote<square>.with({.num_cpus = 2})(3)); }
int helps_one_that_waits() { return rt::get(rt::remote<waits_for_all_cpus>()); }
int helps_then_waits() {
  for (int i = 0; i < 3; ++i) rt::get(rt::remote<square>(i));
  return rt::get(rt::remote<square>.with({.num_cpus = 2})(3));
}
rt::task<int> awaits_after_release(rt::object_ref<int> awaited) {
  started.open();
  release.wait();
  co_return co_await awaited;
}
bool ran_elsewhere(std::size_t caller) {
  return std::hash<std::thread::id>()(std::this_thread::get_id()) != caller;
}
std::size_t this_thread() { return std::hash<std::thread::id>()(std::this_thread::get_id()); }
int submits_until_refused(int n) {
  std::vector<rt::object_ref<int>> refs;
  int taken = 0;
  try {
    for (; taken < n; ++taken) refs.push_back(rt::remote<square>(taken));
  } catch (const rt::pending_calls_limit_error&) {
    return taken;
  }
  return -1;
}

struct options_fixture : runtime_fixture {
  options_fixture() {
    meeting.reset();
    started.close();
    running = 0;
    most = 0;
    attempts = 0;
  }
};

std::string message_of(const rt::task_options& options) {
  try {
    rt::remote<square>.with(options)(1);
  } catch (const rt::config_error& e) {
    return e.what();
  }
  return "nothing was thrown";
}

}  // namespace

TEST_CASE_METHOD(options_fixture, "options: every one has a default and takes any number",
                 "[api]") {
  const int cpus = 1;
  const auto by_name = rt::remote<square>.with({.name = "by name",
                                                .num_cpus = cpus,
                                                .num_gpus = 0,
                                                .memory = 1024,
                                                .resources = {},
                                                .max_retries = 0,
                                                .retry_exceptions = false,
                                                .deadline = 1h,
                                                .in_caller = true});
  CHECK(rt::get(by_name(3)) == 9);
  CHECK(rt::get(rt::remote<square>.with({})(4)) == 16);
  CHECK(rt::get(rt::remote<square>.with({.num_cpus = 0.5F})(4)) == 16);
  CHECK(rt::get(rt::remote<square>.with({.num_cpus = 2u})(4)) == 16);
  CHECK(rt::get(rt::remote<square>.with({.num_cpus = 0})(5)) == 25);
  CHECK(rt::get(rt::remote<square>.with({.memory = 1e6})(5)) == 25);
  CHECK(rt::get(rt::remote<square>.with({.max_retries = -1})(5)) == 25);
  const rt::task_options kept{.num_cpus = 1.5};
  CHECK(rt::get(rt::remote<square>.with(kept)(6)) == 36);
}

TEST_CASE_METHOD(options_fixture, "options: a value without meaning is named", "[api]") {
  using Catch::Matchers::ContainsSubstring;
  CHECK_THAT(message_of({.num_cpus = -1}), ContainsSubstring("num_cpus"));
  CHECK_THAT(message_of({.num_cpus = std::numeric_limits<double>::quiet_NaN()}),
             ContainsSubstring("num_cpus"));
  CHECK_THAT(message_of({.num_gpus = -0.5}), ContainsSubstring("num_gpus"));
  CHECK_THAT(message_of({.memory = -1}), ContainsSubstring("memory"));
  CHECK_THAT(message_of({.resources = {{"fpga", -1}}}), ContainsSubstring("fpga"));
  CHECK_THAT(message_of({.max_retries = -2}), ContainsSubstring("max_retries"));
  struct thing {};
  CHECK_THROWS_AS((rt::spawn<thing>.with({.max_concurrency = 0})()), rt::config_error);
  CHECK_THROWS_AS((rt::spawn<thing>.with({.max_concurrency = -3})()), rt::config_error);
  CHECK_THROWS_AS((rt::spawn<thing>.with({.num_cpus = -1})()), rt::config_error);
}

TEST_CASE_METHOD(options_fixture, "num_cpus: are all used and never exceeded", "[api]") {
  const auto first = rt::remote<meet>(2);
  const auto second = rt::remote<meet>(2);
  CHECK(rt::get({first, second}) == std::vector<std::size_t>{2, 2});

  std::vector<rt::object_ref<void>> tasks;
  for (int i = 0; i < 500; ++i) tasks.push_back(rt::remote<pass_through>());
  rt::get(tasks);
  CHECK(most <= 2);
}

TEST_CASE_METHOD(options_fixture, "num_cpus: are never exceeded by tasks that block", "[api]") {
  std::vector<rt::object_ref<void>> tasks;
  for (int i = 0; i < 200; ++i) tasks.push_back(rt::remote<passes_through_inside>());
  for (const auto& task : tasks) rt::get(task);
  CHECK(most <= 2);
}

TEST_CASE_METHOD(options_fixture, "num_cpus: fractions add up", "[api]") {
  const auto half = rt::remote<meet>.with({.num_cpus = 0.5});
  std::vector<rt::object_ref<std::size_t>> tasks;
  for (int i = 0; i < 4; ++i) tasks.push_back(half(4));
  CHECK(rt::get(tasks).size() == 4);

  std::vector<rt::object_ref<void>> wide;
  for (int i = 0; i < 100; ++i) {
    wide.push_back(rt::remote<pass_through>.with({.num_cpus = i % 2 == 0 ? 2 : 1.5})());
  }
  rt::get(wide);
  CHECK(most == 1);
}

TEST_CASE("num_cpus: what takes none keeps nobody from a CPU", "[api]") {
  const support::closed shut(release);
  started.close();
  const rt::runtime runtime{support::test_config(1)};
  // It waits unseen, for a task that finds the one CPU free.
  const auto waits = rt::remote<slow>.with({.num_cpus = 0, .in_caller = false})(1);
  started.wait();
  rt::get(rt::remote<opens>.with({.in_caller = false})());
  CHECK(rt::get(waits) == 1);
}

TEST_CASE("num_cpus: one who has helped gives them back when it waits", "[api]") {
  const rt::runtime runtime{support::test_config(3)};
  CHECK(rt::get(rt::remote<helps_then_waits>.with({.num_cpus = 2})()) == 9);
}

TEST_CASE("num_cpus: one who helps a task that waits lends its own and the other's", "[api]") {
  rt::config settings = support::test_config(2);
  settings.resources = {{"thing", 1}};
  const rt::runtime runtime{settings};
  const rt::task_options with{.num_cpus = 1, .resources = {{"thing", 1}}};
  CHECK(rt::get(rt::remote<helps_one_that_waits>.with(with)()) == 9);
}

TEST_CASE("resources: a coroutine that is cancelled before it waits gives them back once",
          "[api]") {
  const support::closed shut(release);
  started.close();
  most = 0;
  auto config = support::test_config(4);
  config.resources = {{"token", 1}};
  const rt::runtime runtime{config};
  const auto never_there = rt::remote<slow>(1);
  const auto ends = rt::remote<awaits_after_release>.with({.resources = {{"token", 1}}});
  const auto ended = ends(never_there);
  started.wait();
  rt::cancel(ended);
  release.open();
  CHECK_THROWS_AS(rt::get(ended), rt::task_cancelled_error);
  std::vector<rt::object_ref<void>> tasks;
  for (int i = 0; i < 100; ++i) {
    tasks.push_back(rt::remote<pass_through>.with({.resources = {{"token", 1}}})());
  }
  rt::get(tasks);
  CHECK(most == 1);
}

TEST_CASE("resources: custom ones bound what runs at once", "[api]") {
  meeting.reset();
  running = 0;
  most = 0;
  auto config = support::test_config(4);
  config.resources = {{"token", 1}, {"pair", 2}};
  const rt::runtime runtime{config};
  std::vector<rt::object_ref<void>> tasks;
  for (int i = 0; i < 100; ++i) {
    tasks.push_back(rt::remote<pass_through>.with({.resources = {{"token", 1}}})());
  }
  rt::get(tasks);
  CHECK(most == 1);

  const auto paired = rt::remote<meet>.with({.resources = {{"pair", 1}}});
  CHECK(rt::get({paired(2), paired(2)}) == std::vector<std::size_t>{2, 2});
}

TEST_CASE("resources: what no node has is unschedulable in time", "[api]") {
  auto config = support::test_config();
  config.unschedulable_timeout = 5ms;
  const rt::runtime runtime{config};
  for (const auto& options : {rt::task_options{.num_cpus = 100}, rt::task_options{.num_gpus = 1},
                              rt::task_options{.resources = {{"fpga", 1}}}}) {
    try {
      rt::get(rt::remote<square>.with(options)(1));
      FAIL("nothing was thrown");
    } catch (const rt::unschedulable_error& e) {
      CHECK(e.code() == rt::errc::unschedulable);
      CHECK(e.outcome() == rt::outcome::not_started);
    }
  }
  CHECK(rt::get(rt::remote<square>(2)) == 4);
}

TEST_CASE_METHOD(options_fixture, "retry_exceptions: runs again up to max_retries", "[api]") {
  CHECK_THROWS_AS(rt::get(rt::remote<fails_until>(2)), std::runtime_error);
  CHECK(attempts == 1);
  attempts = 0;
  CHECK(rt::get(rt::remote<fails_until>.with({.retry_exceptions = true})(4)) == 4);
  attempts = 0;
  const auto twice = rt::remote<fails_until>.with({.max_retries = 2, .retry_exceptions = true});
  CHECK_THROWS_AS(rt::get(twice(4)), std::runtime_error);
  CHECK(attempts == 3);
  attempts = 0;
  const auto for_ever = rt::remote<fails_until>.with({.max_retries = -1, .retry_exceptions = true});
  CHECK(rt::get(for_ever(50)) == 50);
  attempts = 0;
  const auto never = rt::remote<fails_until>.with({.max_retries = 0, .retry_exceptions = true});
  CHECK_THROWS_AS(rt::get(never(2)), std::runtime_error);
  CHECK(attempts == 1);
}

TEST_CASE_METHOD(options_fixture, "in_caller: false never runs on the waiting thread", "[api]") {
  for (int i = 0; i < 200; ++i) {
    CHECK(rt::get(rt::remote<ran_elsewhere>.with({.in_caller = false})(this_thread())));
  }
}

TEST_CASE("driver_executes: false never runs on a driver's thread", "[api]") {
  auto config = support::test_config();
  config.driver_executes = false;
  const rt::runtime runtime{config};
  for (int i = 0; i < 200; ++i) {
    CHECK(rt::get(rt::remote<ran_elsewhere>(this_thread())));
  }
}

TEST_CASE_METHOD(options_fixture, "in_caller: a timed get and a wait run nothing themselves",
                 "[api]") {
  for (int i = 0; i < 100; ++i) {
    CHECK(rt::get(rt::remote<ran_elsewhere>(this_thread()), 1h));
    const auto ref = rt::remote<ran_elsewhere>(this_thread());
    rt::wait(std::vector{ref}, {.num_returns = 1});
    CHECK(rt::get(ref));
  }
}

TEST_CASE("max_queued_tasks: a driver helps until there is room", "[api]") {
  auto config = support::test_config();
  config.max_queued_tasks = 16;
  const rt::runtime runtime{config};
  std::vector<rt::object_ref<int>> refs;
  for (int i = 0; i < 2000; ++i) refs.push_back(rt::remote<square>(i));
  const auto values = rt::get(refs);
  for (int i = 0; i < 2000; ++i) REQUIRE(values[static_cast<std::size_t>(i)] == i * i);
}

TEST_CASE("max_queued_tasks: a task gets an error", "[api]") {
  started.close();
  auto config = support::test_config(2);
  config.max_queued_tasks = 16;
  const rt::runtime runtime{config};
  const support::closed shut(release);
  const auto blocker = rt::remote<slow>(1);
  started.wait();
  const int taken = rt::get(rt::remote<submits_until_refused>(1000));
  CHECK(taken >= 1);
  CHECK(taken <= 32);
  release.open();
  CHECK(rt::get(blocker) == 1);
}
