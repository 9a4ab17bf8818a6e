#include "support/catch.hpp"

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <rt/rt.hpp>

#include "support/gate.hpp"
#include "support/runtime_fixture.hpp"

namespace {

using namespace std::chrono_literals;
using support::one_cpu_fixture;
using support::runtime_fixture;

support::gate release;
support::gate started;
support::gate child_started;
std::atomic<int> ran{0};
std::atomic<bool> saw_cancelled{false};
rt::object_ref<int> child;

int slow(int x) {
  started.open();
  release.wait();
  return x;
}
int counts(int x) {
  ++ran;
  return x;
}
int until_cancelled(int x) {
  started.open();
  while (!rt::this_task::cancelled()) std::this_thread::yield();
  saw_cancelled = true;
  return x;
}
int child_until_cancelled(int x) {
  child_started.open();
  while (!rt::this_task::cancelled()) std::this_thread::yield();
  saw_cancelled = true;
  return x;
}
int starts_child(int x) {
  child = rt::remote<child_until_cancelled>(x);
  child_started.wait();
  started.open();
  while (!rt::this_task::cancelled()) std::this_thread::yield();
  return x;
}
int gets_child(int x) {
  child = rt::remote<child_until_cancelled>.with({.in_caller = false})(x);
  started.open();
  return rt::get(child);
}
int sleeps(int) {
  started.open();
  rt::this_task::sleep_for(24h);
  return 0;
}

struct guest {
  int until_cancelled(int x) {
    started.open();
    while (!rt::this_task::cancelled()) std::this_thread::yield();
    return x;
  }
  int count(int x) {
    ++ran;
    return x;
  }
};

template <class Fixture>
struct with_state : Fixture {
  with_state() {
    release.close();
    started.close();
    child_started.close();
    ran = 0;
    saw_cancelled = false;
  }
  ~with_state() {
    release.open();
    child = {};
  }
};
using cancel_fixture = with_state<runtime_fixture>;
using cancel_one_cpu_fixture = with_state<one_cpu_fixture>;

}  // namespace

TEST_CASE_METHOD(cancel_one_cpu_fixture, "cancel: what has not started never does", "[api]") {
  const auto first = rt::remote<slow>(1);
  started.wait();
  const auto victim = rt::remote<counts>(2);
  rt::cancel(victim);
  CHECK_THROWS_AS(rt::get(victim), rt::task_cancelled_error);
  release.open();
  CHECK(rt::get(first) == 1);
  CHECK(rt::get(rt::remote<counts>(3)) == 3);
  CHECK(ran == 1);
  try {
    rt::get(victim);
  } catch (const rt::error& e) {
    CHECK(e.outcome() == rt::outcome::not_started);
  }
}

TEST_CASE_METHOD(cancel_fixture, "cancel: a task that waits for its arguments", "[api]") {
  const auto late = rt::remote<slow>(1);
  const auto victim = rt::remote<counts>(late);
  const auto dependent = rt::remote<counts>(victim);
  rt::cancel(victim);
  CHECK_THROWS_AS(rt::get(victim), rt::task_cancelled_error);
  CHECK_THROWS_AS(rt::get(dependent), rt::task_cancelled_error);
  release.open();
  CHECK(rt::get(late) == 1);
  CHECK(ran == 0);
}

TEST_CASE_METHOD(cancel_fixture, "cancel: a running task sees it", "[api]") {
  const auto victim = rt::remote<until_cancelled>(1);
  started.wait();
  rt::cancel(victim);
  CHECK_THROWS_AS(rt::get(victim), rt::task_cancelled_error);
  while (!saw_cancelled) std::this_thread::yield();
  CHECK_THROWS_AS(rt::get(victim), rt::task_cancelled_error);
}

TEST_CASE_METHOD(cancel_fixture, "cancel: by the completion and by a copy", "[api]") {
  const rt::object_ref<int> victim = rt::remote<until_cancelled>(1);
  const rt::object_ref<void> completion = victim;
  started.wait();
  rt::cancel(completion);
  CHECK_THROWS_AS(rt::get(victim), rt::task_cancelled_error);
  CHECK_THROWS_AS(rt::get(completion), rt::task_cancelled_error);
}

TEST_CASE_METHOD(cancel_fixture, "cancel: wakes who waits", "[api]") {
  const auto victim = rt::remote<until_cancelled>(1);
  started.wait();
  std::thread waiter([&] {
    const auto tried = rt::try_get(victim);
    if (!tried && tried.error().code == rt::errc::task_cancelled) ++ran;
  });
  rt::cancel(victim);
  waiter.join();
  CHECK(ran == 1);
}

TEST_CASE_METHOD(cancel_fixture, "cancel: a complete task stays what it is", "[api]") {
  const auto done = rt::remote<counts>(5);
  CHECK(rt::get(done) == 5);
  rt::cancel(done);
  CHECK(rt::get(done) == 5);
  const auto stored = rt::put(6);
  rt::cancel(stored);
  CHECK(rt::get(stored) == 6);
}

TEST_CASE_METHOD(cancel_fixture, "cancel: twice is as once", "[api]") {
  const auto victim = rt::remote<until_cancelled>(1);
  started.wait();
  rt::cancel(victim);
  rt::cancel(victim);
  CHECK_THROWS_AS(rt::get(victim), rt::task_cancelled_error);
  rt::cancel(victim);
  CHECK_THROWS_AS(rt::get(victim), rt::task_cancelled_error);
}

TEST_CASE_METHOD(cancel_fixture, "cancel: running children are included", "[api]") {
  const auto parent = rt::remote<starts_child>(1);
  started.wait();
  rt::cancel(parent);
  CHECK_THROWS_AS(rt::get(parent), rt::task_cancelled_error);
  while (!saw_cancelled) std::this_thread::yield();
  CHECK_THROWS_AS(rt::get(child), rt::task_cancelled_error);
}

TEST_CASE_METHOD(cancel_fixture, "cancel: a parent that waits for its child", "[api]") {
  const auto parent = rt::remote<gets_child>(1);
  child_started.wait();
  rt::cancel(parent);
  CHECK_THROWS_AS(rt::get(parent), rt::task_cancelled_error);
  while (!saw_cancelled) std::this_thread::yield();
  SUCCEED();
}

TEST_CASE_METHOD(cancel_fixture, "cancel: ends a sleep of this_task", "[api]") {
  const auto victim = rt::remote<sleeps>(1);
  started.wait();
  rt::cancel(victim);
  CHECK_THROWS_AS(rt::get(victim), rt::task_cancelled_error);
}

TEST_CASE_METHOD(cancel_fixture, "cancel: dropping a reference is none", "[api]") {
  rt::remote<slow>(1);
  started.wait();
  rt::remote<counts>(2);
  release.open();
  while (ran == 0) std::this_thread::yield();
  SUCCEED();
}

TEST_CASE_METHOD(cancel_fixture, "cancel: force needs a process of its own", "[api]") {
  const auto victim = rt::remote<until_cancelled>(1);
  started.wait();
  try {
    rt::cancel(victim, {.force = true});
    FAIL("nothing was thrown");
  } catch (const rt::error& e) {
    CHECK(e.code() == rt::errc::not_isolated);
  }
  rt::cancel(victim, {.force = false});
  CHECK_THROWS_AS(rt::get(victim), rt::task_cancelled_error);
}

TEST_CASE_METHOD(cancel_fixture, "cancel: an actor's calls, not the actor", "[api]") {
  const auto g = rt::spawn<guest>();
  const auto running = rt::remote<&guest::until_cancelled>(g, 1);
  started.wait();
  const auto queued = rt::remote<&guest::count>(g, 2);
  const auto last = rt::remote<&guest::count>(g, 3);
  rt::cancel(queued);
  CHECK_THROWS_AS(rt::get(queued), rt::task_cancelled_error);
  rt::cancel(running);
  CHECK_THROWS_AS(rt::get(running), rt::task_cancelled_error);
  CHECK(rt::get(last) == 3);
  CHECK(ran == 1);
}

TEST_CASE_METHOD(cancel_fixture, "deadline: a running task is cancelled", "[api]") {
  const auto victim = rt::remote<until_cancelled>.with({.deadline = 5ms})(1);
  CHECK_THROWS_AS(rt::get(victim), rt::task_cancelled_error);
}

TEST_CASE_METHOD(cancel_one_cpu_fixture, "deadline: a queued task never starts", "[api]") {
  const auto first = rt::remote<slow>(1);
  started.wait();
  const auto victim = rt::remote<counts>.with({.deadline = 5ms})(2);
  CHECK_THROWS_AS(rt::get(victim), rt::task_cancelled_error);
  release.open();
  CHECK(rt::get(first) == 1);
  CHECK(ran == 0);
}

TEST_CASE_METHOD(cancel_fixture, "deadline: an ample one does nothing", "[api]") {
  CHECK(rt::get(rt::remote<counts>.with({.deadline = 1h})(4)) == 4);
  CHECK(rt::get(rt::remote<counts>.with({.deadline = std::chrono::hours::max()})(5)) == 5);
}

TEST_CASE_METHOD(cancel_fixture, "deadline: children inherit what is left", "[api]") {
  const auto parent = rt::remote<gets_child>.with({.deadline = 20ms})(1);
  CHECK_THROWS_AS(rt::get(parent), rt::task_cancelled_error);
}

TEST_CASE_METHOD(cancel_fixture, "deadline: of an actor's call", "[api]") {
  const auto g = rt::spawn<guest>();
  const auto call = rt::remote<&guest::until_cancelled>.with({.deadline = 5ms});
  CHECK_THROWS_AS(rt::get(call(g, 1)), rt::task_cancelled_error);
  CHECK(rt::get(rt::remote<&guest::count>(g, 2)) == 2);
}
