#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <rt/rt.hpp>
#include <rt/sim.hpp>
#include <rt/testing/cluster.hpp>

#include "sim/real_sleeps.hpp"
#include "sim/sanitizers.hpp"
#include "sim/stall_alarm.hpp"
#include "support/catch.hpp"

// What a simulated program does outside its simulation, and how that is told.

using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

namespace {

int square(int x) { return x * x; }

void sleep_for_real() { std::this_thread::sleep_for(1ms); }

rt::sim::report run_in_cluster(const std::function<void()>& program) {
  rt::testing::cluster around({.seed = 3, .nodes = 1});
  return around.run([&](rt::testing::cluster&) { program(); });
}

/// Runs in a process of its own, which has no thread but this.
struct in_a_child {
  /// What it wrote to stderr, and how it ended.
  std::string said;
  int status = 0;

  explicit in_a_child(const std::function<int()>& body) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      ::dup2(ends[1], STDERR_FILENO);
      // The test library's own would end the test case.
      std::signal(SIGABRT, SIG_DFL);
      ::_exit(body());
    }
    ::close(ends[1]);
    char part[256];
    for (ssize_t length = 0; (length = ::read(ends[0], part, sizeof part)) > 0;) {
      said.append(part, static_cast<std::size_t>(length));
    }
    ::close(ends[0]);
    ::waitpid(child, &status, 0);
  }

  int exit_code() const { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }
  bool aborted() const { return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT; }
};

void work() {
  std::vector<rt::object_ref<int>> all;
  for (int i = 0; i < 10; ++i) all.push_back(rt::remote<square>(i));
  rt::sim::check(rt::get(all).back() == 81, "another value");
}

/// Holds a lock while it waits for what needs that lock too.
std::mutex held;
int take_the_lock() {
  const std::lock_guard guard(held);
  rt::this_task::sleep_for(1ms);
  return 1;
}
void two_take_it() {
  const auto one = rt::remote<take_the_lock>.with({.in_caller = false})();
  const auto other = rt::remote<take_the_lock>.with({.in_caller = false})();
  rt::get(one, other);
}

}  // namespace

TEST_CASE("outside: a real sleep fails the run, and says who sleeps") {
  if (!rt::sim::real_sleeps_are_refused()) return;  // a sanitizer has its own
  const auto in_one = rt::sim::run({.seed = 1}, [] { rt::get(rt::remote<sleep_for_real>()); });
  CHECK_THAT(in_one.failure, ContainsSubstring("sleeps for real, by"));
  const auto in_many = run_in_cluster([] { rt::get(rt::remote<sleep_for_real>()); });
  CHECK_THAT(in_many.failure, ContainsSubstring("process 1, fiber"));
  CHECK_THAT(in_many.failure, ContainsSubstring("sleeps for real, by"));
}

TEST_CASE("outside: each function that sleeps is known, and sleeps elsewhere as always") {
  if (!rt::sim::real_sleeps_are_refused()) return;
  const timespec shortly{0, 1'000};
  const std::pair<const char*, std::function<void()>> all[] = {
      {"nanosleep", [&] { ::nanosleep(&shortly, nullptr); }},
      {"clock_nanosleep", [&] { ::clock_nanosleep(CLOCK_MONOTONIC, 0, &shortly, nullptr); }},
      {"usleep", [] { ::usleep(1); }},
      {"sleep", [] { ::sleep(0); }}};
  for (const auto& [name, sleeps] : all) {
    const auto begin = std::chrono::steady_clock::now();
    sleeps();
    if (std::string(name) != "sleep") CHECK(std::chrono::steady_clock::now() - begin >= 1us);
    const auto report = rt::sim::run({.seed = 1}, sleeps);
    CHECK_THAT(report.failure, ContainsSubstring(std::string("for real, by ") + name + ","));
  }
}

TEST_CASE("outside: whoever watches a run may sleep") {
  bool slept = false;
  rt::sim::options with{.seed = 1};
  with.watch = [&](std::string_view) {
    if (!slept) sleep_for_real();
    slept = true;
  };
  CHECK(rt::sim::run(with, work).failure == "");
  CHECK(slept);
}

#if !RT_SIM_TSAN  // which has a thread of its own, and lets no child start any
TEST_CASE("outside: a thread that is started is told of, also one that has ended") {
  const in_a_child told([] {
    const auto alone = rt::sim::run({.seed = 1}, work);
    const auto begun = rt::sim::run({.seed = 1}, [] { std::thread([] {}).join(); });
    // Now the C library knows of threads for ever.
    const auto again = rt::sim::run({.seed = 1}, [] { std::thread([] {}).join(); });
    const auto in_cluster = run_in_cluster([] { std::thread([] {}).join(); });
    const bool all_ok = alone.ok() && begun.ok() && again.ok() && in_cluster.ok();
    const bool silent = alone.warnings.empty() && rt::sim::run({.seed = 2}, work).warnings.empty();
    const bool seen =
        !begun.warnings.empty() && !again.warnings.empty() && !in_cluster.warnings.empty();
    return all_ok ? (silent ? 0 : 1) + (seen ? 0 : 2) : 4;
  });
#if RT_SIM_TSAN
  CHECK((told.exit_code() & 1) ==
        0);  // it has a thread of its own, so that these cannot be told from it
#else
  CHECK(told.exit_code() == 0);
#endif
}
#endif

TEST_CASE("outside: a thread that stays is told of, beside others") {
  bool ends = false;
  std::mutex of_ends;
  std::thread stays;
  const auto report = rt::sim::run({.seed = 1}, [&] {
    stays = std::thread([&] {
      for (bool over = false; !over; std::this_thread::yield()) {
        const std::lock_guard guard(of_ends);
        over = ends;
      }
    });
  });
  {
    const std::lock_guard guard(of_ends);
    ends = true;
  }
  stays.join();
  CHECK(report.ok());
  REQUIRE(report.warnings.size() == 1);
  CHECK_THAT(report.warnings.front(), ContainsSubstring("a thread was started"));
}

TEST_CASE("outside: calls from another thread are refused in words") {
  const auto told_by = [](const std::function<void()>& call) {
    std::string told;
    std::thread([&] {
      try {
        call();
      } catch (const rt::error& refused) {
        if (refused.code() == rt::errc::no_runtime) told = refused.what();
      }
    }).join();
    return told;
  };
  const auto report = rt::sim::run({.seed = 1}, [&] {
    const auto later = rt::remote<square>(3);
    std::string told = told_by([] { rt::remote<square>(2); });
    rt::sim::check(told.find("not the simulation's") != std::string::npos, "remote: " + told);
    told = told_by([&] { rt::get(later); });
    rt::sim::check(told.find("not the simulation's") != std::string::npos, "get: " + told);
    rt::sim::check(rt::get(later) == 9, "another value");
  });
  CHECK(report.failure == "");
  // Behind it all is as before.
  CHECK(told_by([] { rt::remote<square>(2); }).find("neither rt::run") != std::string::npos);
}

#if !RT_SIM_TSAN  // which keeps signals back while a thread waits for a lock
TEST_CASE("outside: a lock that is held over a wait ends the process, and says who waits for it") {
  for (const bool in_many : {false, true}) {
    const in_a_child ended([in_many] {
      rt::sim::stall_alarm::next_patience = {.between_looks = 50ms, .looks = 3};
      if (in_many) run_in_cluster(two_take_it);
      else rt::sim::run({.seed = 1, .config = {.num_cpus = 2}}, two_take_it);
      return 0;
    });
    INFO(ended.said);
    CHECK(ended.aborted());
    CHECK_THAT(ended.said, ContainsSubstring("has stood still for 150 ms of real time: process"));
    CHECK_THAT(ended.said, ContainsSubstring("waits for a lock"));
  }
}

TEST_CASE("outside: who computes for long is not ended, nor who is stopped") {
  const in_a_child ended([] {
    rt::sim::stall_alarm::next_patience = {.between_looks = 5ms, .looks = 3};
    const auto report = rt::sim::run({.seed = 1}, [] {
      const auto begin = std::chrono::steady_clock::now();
      // Real time is what is asked for here.
      while (std::chrono::steady_clock::now() - begin < 200ms) {
      }
    });
    return report.ok() && report.warnings.empty() ? 7 : 1;
  });
  CHECK(ended.exit_code() == 7);
}
#endif
