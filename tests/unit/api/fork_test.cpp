#include "support/catch.hpp"

#include <chrono>
#include <functional>

#include <sys/wait.h>
#include <unistd.h>

#include <rt/rt.hpp>

#include "support/runtime_fixture.hpp"

namespace {

using namespace std::chrono_literals;

int square(int x) { return x * x; }
struct counter {
  int n = 0;
  int increment() { return ++n; }
};

bool has_no_runtime(const std::function<void()>& call) {
  try {
    call();
  } catch (const rt::error& error) {
    return error.code() == rt::errc::no_runtime;
  } catch (...) {
    return false;
  }
  return false;
}

/// Forks, and returns the child's exit status; -1 if it was ended by a signal. The child leaves with
/// what `in_child` returns.
int status_of_child(const std::function<int()>& in_child) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(in_child());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int calls_in_a_child() {
  return status_of_child([] { return has_no_runtime([] { rt::remote<square>(2); }) ? 0 : 1; });
}

/// The child leaves the task, as its code does not look where it is.
int child_that_returns() {
  const pid_t child = ::fork();
  if (child == 0) return 0;
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
int child_that_throws() {
  const pid_t child = ::fork();
  if (child == 0) return rt::get(rt::remote<square>(2));
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("fork: in the child every call throws", "[api]") {
  const support::runtime_fixture fixture;
  const rt::object_ref<int> ref = rt::remote<square>(3);
  REQUIRE(rt::get(ref) == 9);
  const rt::actor<counter> actor = rt::spawn<counter>();
  REQUIRE(rt::get(rt::remote<&counter::increment>(actor)) == 1);
  const std::function<void()> calls[] = {
      [] { rt::remote<square>(2); },
      [] { rt::put(1); },
      [] { rt::spawn<counter>(); },
      [] { rt::get_actor<counter>("any"); },
      [] { const rt::runtime another; },
      [&] { rt::get(ref); },
      [&] { rt::get(ref, 1s); },
      [&] { rt::pin(ref); },
      [&] { static_cast<void>(rt::wait({ref})); },
      [&] { rt::on_ready(ref, [] {}); },
      [&] { rt::cancel(ref); },
      [&] { rt::remote<&counter::increment>(actor); },
      [&] { rt::kill(actor); },
  };
  int number = 0;
  for (const auto& call : calls) {
    CAPTURE(++number);
    CHECK(status_of_child([&] { return has_no_runtime(call) ? 0 : 1; }) == 0);
  }
  CHECK(rt::get(rt::remote<square>(4)) == 16);
}

TEST_CASE("fork: the child may copy and drop handles, and exec", "[api]") {
  const support::runtime_fixture fixture;
  auto ref = rt::remote<square>(3);
  auto actor = rt::spawn<counter>();
  CHECK(status_of_child([&] {
          auto copy = ref;
          ref = {};
          copy = {};
          actor = {};
          return 0;
        }) == 0);
  CHECK(status_of_child([] {
          ::execlp("true", "true", nullptr);
          return 1;
        }) == 0);
  CHECK(rt::get(ref) == 9);
}

TEST_CASE("fork: also of a task", "[api]") {
  const support::runtime_fixture fixture;
  CHECK(rt::get(rt::remote<calls_in_a_child>()) == 0);
  CHECK(rt::get(rt::remote<calls_in_a_child>.with({.in_caller = false})()) == 0);
}

TEST_CASE("fork: a child that leaves the task is ended", "[api]") {
  const support::runtime_fixture fixture;
  constexpr int exit_unfinished = 3;
  CHECK(rt::get(rt::remote<child_that_returns>()) == exit_unfinished);
  CHECK(rt::get(rt::remote<child_that_throws>.with({.in_caller = false})()) == exit_unfinished);
}

TEST_CASE("fork: without a runtime the child may begin one", "[api]") {
  // The watchdog is a thread too, and the thread sanitizer lets no child of several start another.
  if (support::sanitized) return;
  { const support::runtime_fixture earlier; }
  CHECK(status_of_child([] {
          const support::runtime_fixture fixture;
          return rt::get(rt::remote<square>(3));
        }) == 9);
}
