#include "support/catch.hpp"

#include <atomic>
#include <chrono>
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
support::tally ended;
std::atomic<int> calls_run{0};
std::atomic<bool> saw_cancelled{false};

struct guest {
  guest() = default;
  guest(const guest&) = delete;
  ~guest() { ended.add(); }

  int work() { return ++calls_run; }
  void hold() {
    started.open();
    release.wait();
  }
  void hold_until_cancelled() {
    started.open();
    while (!rt::this_task::cancelled()) std::this_thread::yield();
    saw_cancelled = true;
  }
  void leave() { rt::exit_actor(); }
  void leave_quietly() {
    try {
      rt::exit_actor();
    } catch (const std::exception&) {
      // An exit is no error: what catches errors does not catch it.
    }
  }
  rt::actor<guest> self() { return rt::this_actor<guest>(); }
  bool is(const rt::actor<guest>& other) { return rt::this_actor<guest>() == other; }
  void call_self() { rt::remote<&guest::work>(rt::this_actor<guest>()); }
  rt::actor<guest> kept;
  void keep_self() { kept = rt::this_actor<guest>(); }
};

struct refuses {
  refuses() { throw std::out_of_range("constructor"); }
  explicit refuses(int) {}
  int work() { return 1; }
};

struct ends_fixture : runtime_fixture {
  ends_fixture() {
    ended.reset();
    started.close();
    calls_run = 0;
    saw_cancelled = false;
  }
};

int slow(int x) {
  release.wait();
  return x;
}

}  // namespace

TEST_CASE_METHOD(ends_fixture, "actor end: with its last handle", "[api]") {
  auto g = rt::spawn<guest>();
  rt::get(rt::remote<&guest::work>(g));
  auto copy = g;
  g = {};
  CHECK(rt::get(rt::remote<&guest::work>(copy)) == 2);
  CHECK(ended.count() == 0);
  copy = {};
  ended.wait_for(1);
}

TEST_CASE_METHOD(ends_fixture, "actor end: after the calls that are queued", "[api]") {
  const support::closed shut(release);
  std::vector<rt::object_ref<int>> calls;
  rt::object_ref<void> held;
  {
    const auto g = rt::spawn<guest>();
    held = rt::remote<&guest::hold>(g);
    for (int i = 0; i < 10; ++i) calls.push_back(rt::remote<&guest::work>(g));
  }
  CHECK(ended.count() == 0);
  release.open();
  CHECK(rt::get(calls).back() == 10);
  ended.wait_for(1);
  CHECK(calls_run == 10);
}

TEST_CASE_METHOD(ends_fixture, "actor end: unwatched calls run too", "[api]") {
  for (int i = 0; i < 20; ++i) rt::remote<&guest::work>(rt::spawn<guest>());
  ended.wait_for(20);
  CHECK(calls_run == 20);
}

TEST_CASE_METHOD(ends_fixture, "actor end: one never called is built and ended", "[api]") {
  rt::spawn<guest>();
  ended.wait_for(1);
}

TEST_CASE_METHOD(ends_fixture, "actor end: a handle inside an object counts", "[api]") {
  auto ref = rt::put(std::vector{rt::spawn<guest>()});
  CHECK(rt::get(rt::remote<&guest::work>(rt::get(ref).front())) == 1);
  CHECK(ended.count() == 0);
  ref = {};
  ended.wait_for(1);
}

TEST_CASE_METHOD(ends_fixture, "actor end: this_actor is its handle and keeps nothing alive",
                 "[api]") {
  auto g = rt::spawn<guest>();
  CHECK(rt::get(rt::remote<&guest::self>(g)) == g);
  CHECK(rt::get(rt::remote<&guest::is>(g, g)));
  rt::get(rt::remote<&guest::keep_self>(g));
  rt::get(rt::remote<&guest::call_self>(g));
  CHECK(rt::get(rt::remote<&guest::work>(g)) == 2);
  g = {};
  ended.wait_for(1);
}

TEST_CASE_METHOD(ends_fixture, "kill: fails the queued and the running call", "[api]") {
  const auto g = rt::spawn<guest>();
  const auto running = rt::remote<&guest::hold_until_cancelled>(g);
  started.wait();
  const auto queued = rt::remote<&guest::work>(g);
  rt::kill(g);
  CHECK_THROWS_AS(rt::get(running), rt::actor_died_error);
  CHECK_THROWS_AS(rt::get(queued), rt::actor_died_error);
  CHECK_THROWS_AS(rt::get(rt::remote<&guest::work>(g)), rt::actor_died_error);
  ended.wait_for(1);
  CHECK(saw_cancelled);
  CHECK(calls_run == 0);
}

TEST_CASE_METHOD(ends_fixture, "kill: does not wait for the running method", "[api]") {
  const support::closed shut(release);
  const auto g = rt::spawn<guest>();
  const auto running = rt::remote<&guest::hold>(g);
  started.wait();
  rt::kill(g);
  CHECK_THROWS_AS(rt::get(running), rt::actor_died_error);
  CHECK(ended.count() == 0);
  release.open();
  ended.wait_for(1);
}

TEST_CASE_METHOD(ends_fixture, "kill: is harmless twice and on an idle actor", "[api]") {
  const auto g = rt::spawn<guest>();
  rt::get(rt::remote<&guest::work>(g));
  rt::kill(g);
  rt::kill(g);
  ended.wait_for(1);
  try {
    rt::get(rt::remote<&guest::work>(g));
    FAIL("nothing was thrown");
  } catch (const rt::actor_died_error& e) {
    CHECK(e.code() == rt::errc::actor_died);
    CHECK_THAT(e.what(), Catch::Matchers::ContainsSubstring("guest"));
  }
}

TEST_CASE_METHOD(ends_fixture, "kill: through a call that waits for its argument", "[api]") {
  const support::closed shut(release);
  const auto g = rt::spawn<guest>();
  const auto late = rt::remote<slow>(1);
  constexpr auto keeps = [](rt::actor<guest> a, int) {
    return rt::get(rt::remote<&guest::work>(a));
  };
  const auto dependent = rt::remote<keeps>(g, late);
  rt::kill(g);
  release.open();
  CHECK_THROWS_AS(rt::get(dependent), rt::actor_died_error);
}

TEST_CASE_METHOD(ends_fixture, "exit_actor: ends the actor", "[api]") {
  const support::closed shut(release);
  const auto g = rt::spawn<guest>();
  const auto held = rt::remote<&guest::hold>(g);
  const auto before = rt::remote<&guest::work>(g);
  const auto leaving = rt::remote<&guest::leave>(g);
  const auto after = rt::remote<&guest::work>(g);
  release.open();
  CHECK(rt::get(before) == 1);
  ended.wait_for(1);
  CHECK_THROWS_AS(rt::get(after), rt::actor_died_error);
  CHECK_THROWS_AS(rt::get(rt::remote<&guest::work>(g)), rt::actor_died_error);
  CHECK(calls_run == 1);
  rt::try_get(leaving).has_value();  // whether a value or the end, it resolves
  rt::get(held);
}

TEST_CASE_METHOD(ends_fixture, "exit_actor: is not taken for an exception", "[api]") {
  const auto g = rt::spawn<guest>();
  rt::remote<&guest::leave_quietly>(g);
  ended.wait_for(1);
  CHECK_THROWS_AS(rt::get(rt::remote<&guest::work>(g)), rt::actor_died_error);
}

TEST_CASE_METHOD(ends_fixture, "actor end: a constructor that throws", "[api]") {
  const auto r = rt::spawn<refuses>();
  const auto call = rt::remote<&refuses::work>(r);
  try {
    rt::get(call);
    FAIL("nothing was thrown");
  } catch (const rt::actor_died_error& e) {
    CHECK_THAT(e.what(), Catch::Matchers::ContainsSubstring("constructor"));
  }
  CHECK_THROWS_AS(rt::get(rt::remote<&refuses::work>(r)), rt::actor_died_error);
  CHECK(rt::get(rt::remote<&refuses::work>(rt::spawn<refuses>(1))) == 1);
}

TEST_CASE_METHOD(ends_fixture, "actor end: a constructor's argument that failed", "[api]") {
  constexpr auto fails = []() -> int { throw std::range_error("argument of it"); };
  const auto r = rt::spawn<refuses>(rt::remote<fails>());
  try {
    rt::get(rt::remote<&refuses::work>(r));
    FAIL("nothing was thrown");
  } catch (const rt::actor_died_error& e) {
    CHECK_THAT(e.what(), Catch::Matchers::ContainsSubstring("argument of it"));
  }
}

TEST_CASE_METHOD(runtime_fixture, "actor end: messages say class, name and id", "[api]") {
  using Catch::Matchers::ContainsSubstring;
  const auto text_after_kill = [](const rt::actor<guest>& killed) {
    rt::kill(killed);
    const auto tried = rt::try_get(rt::remote<&guest::work>(killed));
    return tried.has_value() ? std::string() : tried.error().message;
  };
  const std::string unnamed = text_after_kill(rt::spawn<guest>());
  CHECK_THAT(unnamed, ContainsSubstring("the actor of class "));
  CHECK_THAT(unnamed,
             ContainsSubstring("guest (") && ContainsSubstring(") is dead: it was killed"));
  const std::string named = text_after_kill(rt::spawn<guest>.with({.name = "visitor"})());
  CHECK_THAT(named, ContainsSubstring("the actor visitor of class "));
}

TEST_CASE("actor end: with its runtime", "[api]") {
  ended.reset();
  rt::actor<guest> kept;
  {
    const rt::runtime runtime{support::test_config()};
    kept = rt::spawn<guest>();
    rt::get(rt::remote<&guest::work>(kept));
    CHECK(ended.count() == 0);
  }
  CHECK(ended.count() == 1);
}
