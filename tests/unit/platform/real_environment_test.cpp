#include "platform/real_environment.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "support/catch.hpp"

using rt::instant;
using rt::platform::real_environment;

namespace {

constexpr instant millisecond = 1'000'000;
constexpr instant a_minute = 60'000 * millisecond;

/// Sends stderr into a pipe for as long as it lives.
class captured_stderr {
 public:
  captured_stderr() : saved_(::dup(STDERR_FILENO)) {
    REQUIRE(::pipe(ends_) == 0);
    ::dup2(ends_[1], STDERR_FILENO);
  }
  ~captured_stderr() {
    ::dup2(saved_, STDERR_FILENO);
    ::close(saved_);
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  /// Returns what one write has put there.
  std::string read_once() {
    char buffer[256];
    const auto size = ::read(ends_[0], buffer, sizeof buffer);
    return size > 0 ? std::string(buffer, static_cast<std::size_t>(size)) : std::string();
  }

 private:
  int saved_;
  int ends_[2] = {-1, -1};
};

}  // namespace

TEST_CASE("real_environment: the clock never goes back") {
  real_environment world;
  instant last = world.now();
  for (int i = 0; i < 1000; ++i) {
    const instant now = world.now();
    CHECK(now >= last);
    last = now;
  }
}

TEST_CASE("real_environment: random numbers differ, on each thread too") {
  real_environment world;
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 100; ++i) seen.insert(world.random());
  std::uint64_t elsewhere[100];
  world.start_thread("random", [&] {
    for (auto& number : elsewhere) number = world.random();
  });  // the handle is dropped here, which joins
  seen.insert(std::begin(elsewhere), std::end(elsewhere));
  CHECK(seen.size() == 200);
}

TEST_CASE("real_environment: park returns at once when the word has another value") {
  real_environment world;
  std::atomic<std::uint32_t> word{1};
  world.park(word, 0, rt::never);
  SUCCEED();
}

TEST_CASE("real_environment: park sleeps until its deadline") {
  real_environment world;
  std::atomic<std::uint32_t> word{0};
  const instant deadline = world.now() + 5 * millisecond;
  while (world.now() < deadline) world.park(word, 0, deadline);
  CHECK(world.now() >= deadline);
  world.park(word, 0, deadline);  // one that has passed
  world.park(word, 0, -1);        // one before the clock's start
}

TEST_CASE("real_environment: wake ends a park") {
  real_environment world;
  std::atomic<std::uint32_t> word{0};
  std::atomic<int> returned{0};
  {
    std::unique_ptr<rt::environment::thread> sleepers[3];
    for (auto& sleeper : sleepers) {
      sleeper = world.start_thread("sleeper", [&] {
        while (word.load() == 0) world.park(word, 0, world.now() + a_minute);
        ++returned;
      });
    }
    word.store(1);
    world.wake(word, UINT32_MAX);
  }
  CHECK(returned == 3);
}

TEST_CASE("real_environment: an alarm comes at its time") {
  real_environment world;
  const instant when = world.now() + 3 * millisecond;
  world.set_alarm(when);
  while (world.now() < when) world.wait_alarm();
  SUCCEED();
}

TEST_CASE("real_environment: an alarm that came before the wait is not lost") {
  real_environment world;
  world.set_alarm(world.now() - 1);
  world.wait_alarm();
  world.set_alarm(0);
  world.wait_alarm();
  SUCCEED();
}

TEST_CASE("real_environment: a later alarm replaces an earlier one, while it is waited for too") {
  real_environment world;
  world.set_alarm(world.now() + a_minute);
  std::atomic<bool> back{false};
  auto waiter = world.start_thread("waiter", [&] {
    world.wait_alarm();
    back = true;
  });
  world.set_alarm(rt::never);
  CHECK_FALSE(back);
  world.set_alarm(world.now() + millisecond);
  waiter.reset();
  CHECK(back);
}

TEST_CASE("real_environment: threads have their name and take no signals but their own faults") {
  real_environment world;
  char name[32] = {};
  sigset_t blocked;
  world.start_thread("a-name-that-is-too-long", [&] {
    ::pthread_getname_np(::pthread_self(), name, sizeof name);
    ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
  });
  CHECK(std::string(name) == "a-name-that-is-");
  CHECK(::sigismember(&blocked, SIGTERM) == 1);
  CHECK(::sigismember(&blocked, SIGINT) == 1);
  CHECK(::sigismember(&blocked, SIGCHLD) == 1);
  CHECK(::sigismember(&blocked, SIGSEGV) == 0);
  sigset_t here;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &here);
  CHECK(::sigismember(&here, SIGTERM) == 0);
}

TEST_CASE("real_environment: the stack limit is below the stack and can be used") {
  real_environment world;
  const auto check = [&world] {
    char here = 0;
    const auto limit = world.stack_limit();
    const auto now = reinterpret_cast<std::uintptr_t>(&here);
    return std::pair(limit, now);
  };
  const auto [main_limit, main_now] = check();
  CHECK(main_limit != 0);
  CHECK(main_limit < main_now);
  CHECK(main_now - main_limit > 64 * 1024);
  bool writable = false;
  world.start_thread("stack", [&] {
    const auto [limit, now] = check();
    if (limit == 0 || limit >= now) return;
    auto* lowest = reinterpret_cast<volatile char*>(limit);
    *lowest = 1;  // a fault here would end the test
    writable = *lowest == 1;
  });
  CHECK(writable);
}

TEST_CASE("real_environment: a log line is one write, with the program's word before it") {
  real_environment world;
  captured_stderr capture;
  world.log("something happened");
  CHECK(capture.read_once() == "roundtrip: something happened\n");
  world.log("");
  CHECK(capture.read_once() == "roundtrip: \n");
}

TEST_CASE("real_environment: relax returns, whatever the round") {
  real_environment world;
  for (unsigned round : {0U, 1U, 1'000U, UINT32_MAX}) world.relax(round);
  SUCCEED();
}
