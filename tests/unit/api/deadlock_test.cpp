#include "support/catch.hpp"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <rt/rt.hpp>

#include "support/gate.hpp"
#include "support/runtime_fixture.hpp"

namespace {

using support::one_cpu_fixture;
using support::runtime_fixture;

support::gate release;
rt::object_ref<int> own;

/// Calls whom it is told, and waits.
struct person {
  rt::actor<person> friend_;
  int answer() { return 42; }
  void meet(rt::actor<person> other) { friend_ = std::move(other); }

  int asks_itself() { return rt::get(rt::remote<&person::answer>(rt::this_actor<person>())); }
  int asks_friend() { return rt::get(rt::remote<&person::answer>(friend_)); }
  int asks_friend_to_ask() { return rt::get(rt::remote<&person::asks_friend>(friend_)); }
  int asks_far(int hops) {
    if (hops == 0) return rt::get(rt::remote<&person::answer>(friend_));
    return rt::get(rt::remote<&person::asks_far>(friend_, hops - 1));
  }
  int asks_through_task();
  int asks_through_tasks();
  int asks_and_catches() {
    try {
      return asks_itself();
    } catch (const rt::deadlock_error&) {
      return -1;
    }
  }
  int asks_without_waiting() {
    rt::remote<&person::answer>(rt::this_actor<person>());
    return 1;
  }
  int waits_for_itself() {
    const auto ref = rt::remote<&person::answer>(rt::this_actor<person>());
    return static_cast<int>(rt::wait(std::vector{ref}, {.num_returns = 1}).ready.size());
  }
};

int ask(rt::actor<person> p) { return rt::get(rt::remote<&person::answer>(p)); }
int ask_by_task(rt::actor<person> p) { return rt::get(rt::remote<ask>(p)); }
int identity(int x) { return x; }

int person::asks_through_task() { return rt::get(rt::remote<ask>(rt::this_actor<person>())); }
int person::asks_through_tasks() {
  return rt::get(rt::remote<ask_by_task>(rt::this_actor<person>()));
}

int gets_itself() {
  release.wait();
  return rt::get(own);
}
int gets_its_dependent() {
  release.wait();
  return rt::get(rt::remote<identity>(own));
}

}  // namespace

TEST_CASE_METHOD(runtime_fixture, "deadlock: an actor that waits for itself", "[api]") {
  const auto p = rt::spawn<person>();
  const auto ref = rt::remote<&person::asks_itself>(p);
  CHECK_THROWS_AS(rt::get(ref), rt::deadlock_error);
  CHECK_THROWS_AS(rt::get(ref), rt::task_error);
  try {
    rt::get(ref);
  } catch (const rt::error& e) {
    CHECK(e.code() == rt::errc::deadlock);
    CHECK_THAT(e.what(), Catch::Matchers::ContainsSubstring("person"));
  }
  CHECK(rt::get(rt::remote<&person::answer>(p)) == 42);
}

TEST_CASE_METHOD(runtime_fixture, "deadlock: in a wait too", "[api]") {
  const auto p = rt::spawn<person>();
  CHECK_THROWS_AS(rt::get(rt::remote<&person::waits_for_itself>(p)), rt::deadlock_error);
}

TEST_CASE_METHOD(runtime_fixture, "deadlock: can be caught inside", "[api]") {
  const auto p = rt::spawn<person>();
  CHECK(rt::get(rt::remote<&person::asks_and_catches>(p)) == -1);
  CHECK(rt::get(rt::remote<&person::answer>(p)) == 42);
}

TEST_CASE_METHOD(runtime_fixture, "deadlock: a call without waiting is none", "[api]") {
  const auto p = rt::spawn<person>();
  CHECK(rt::get(rt::remote<&person::asks_without_waiting>(p)) == 1);
  CHECK(rt::get(rt::remote<&person::answer>(p)) == 42);
}

TEST_CASE_METHOD(runtime_fixture, "deadlock: through another actor", "[api]") {
  const auto a = rt::spawn<person>();
  const auto b = rt::spawn<person>();
  rt::remote<&person::meet>(a, b);
  rt::remote<&person::meet>(b, a);
  CHECK_THROWS_AS(rt::get(rt::remote<&person::asks_friend_to_ask>(a)), rt::deadlock_error);
  CHECK(rt::get(rt::remote<&person::asks_friend>(a)) == 42);
  CHECK(rt::get(rt::remote<&person::answer>(b)) == 42);
}

TEST_CASE_METHOD(runtime_fixture, "deadlock: through a ring of ten", "[api]") {
  std::vector<rt::actor<person>> ring;
  for (int i = 0; i < 10; ++i) ring.push_back(rt::spawn<person>());
  for (std::size_t i = 0; i < ring.size(); ++i) {
    rt::remote<&person::meet>(ring[i], ring[(i + 1) % ring.size()]);
  }
  CHECK(rt::get(rt::remote<&person::asks_far>(ring[0], 8)) == 42);
  CHECK_THROWS_AS(rt::get(rt::remote<&person::asks_far>(ring[0], 9)), rt::deadlock_error);
  CHECK(rt::get(rt::remote<&person::asks_far>(ring[3], 8)) == 42);
}

TEST_CASE_METHOD(runtime_fixture, "deadlock: through tasks", "[api]") {
  const auto p = rt::spawn<person>();
  CHECK_THROWS_AS(rt::get(rt::remote<&person::asks_through_task>(p)), rt::deadlock_error);
  CHECK_THROWS_AS(rt::get(rt::remote<&person::asks_through_tasks>(p)), rt::deadlock_error);
  CHECK(rt::get(rt::remote<ask_by_task>(p)) == 42);
}

TEST_CASE_METHOD(one_cpu_fixture, "deadlock: is none where one CPU suffices", "[api]") {
  const auto a = rt::spawn<person>();
  const auto b = rt::spawn<person>();
  rt::remote<&person::meet>(a, b);
  CHECK(rt::get(rt::remote<&person::asks_friend>(a)) == 42);
  CHECK(rt::get(rt::remote<ask_by_task>(b)) == 42);
  CHECK_THROWS_AS(rt::get(rt::remote<&person::asks_through_task>(a)), rt::deadlock_error);
}

TEST_CASE_METHOD(runtime_fixture, "deadlock: is none in calls that take earlier calls", "[api]") {
  const auto p = rt::spawn<person>();
  struct adder {
    int add(int a, int b) { return a + b; }
  };
  const auto a = rt::spawn<adder>();
  const auto first = rt::remote<&adder::add>(a, 1, 2);
  const auto second = rt::remote<&adder::add>(a, first, first);
  CHECK(rt::get(rt::remote<&adder::add>(a, second, rt::remote<&person::answer>(p))) == 48);
}

TEST_CASE_METHOD(runtime_fixture, "deadlock: a task that gets its own result", "[api]") {
  release.close();
  own = rt::remote<gets_itself>();
  release.open();
  CHECK_THROWS_AS(rt::get(own), rt::deadlock_error);
  own = {};
}

TEST_CASE_METHOD(runtime_fixture, "deadlock: a task that gets what waits for it", "[api]") {
  release.close();
  own = rt::remote<gets_its_dependent>();
  release.open();
  CHECK_THROWS_AS(rt::get(own), rt::deadlock_error);
  own = {};
}
