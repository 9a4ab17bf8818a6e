#include "support/catch.hpp"

#include <string>
#include <thread>

#include <rt/rt.hpp>

#include "support/gate.hpp"
#include "support/runtime_fixture.hpp"

namespace {

using support::runtime_fixture;

struct base {
  virtual ~base() = default;
  virtual std::string who() const { return "base"; }
};
struct counter : base {
  int n = 0;
  counter() = default;
  explicit counter(int start) : n(start) {}
  int increment() { return ++n; }
  std::string who() const override { return "counter"; }
};
struct other {
  int nothing() { return 0; }
};

int increment_by_name(const std::string& name) {
  return rt::get(rt::remote<&counter::increment>(rt::get_actor<counter>(name)));
}

/// Waits until the name has gone: an actor ends after its last handle, not with it.
void wait_until_gone(const std::string& name) {
  for (;;) {
    try {
      rt::get_actor<counter>(name);
    } catch (const rt::actor_not_found_error&) {
      return;
    }
    std::this_thread::yield();
  }
}

}  // namespace

TEST_CASE_METHOD(runtime_fixture, "actor names: find the actor again", "[api]") {
  const auto c = rt::spawn<counter>.with({.name = "found"})();
  const rt::actor<counter> again = rt::get_actor<counter>("found");
  CHECK(again == c);
  rt::remote<&counter::increment>(c);
  CHECK(rt::get(rt::remote<&counter::increment>(again)) == 2);
  CHECK(rt::get(rt::remote<increment_by_name>("found")) == 3);
}

TEST_CASE_METHOD(runtime_fixture, "actor names: each namespace has its own", "[api]") {
  const auto one = rt::spawn<counter>.with({.name = "same", .ns = "one"})(1);
  const auto two = rt::spawn<counter>.with({.name = "same", .ns = "two"})(2);
  const auto mine = rt::spawn<counter>.with({.name = "same"})(3);
  CHECK(rt::get_actor<counter>("same", "one") == one);
  CHECK(rt::get_actor<counter>("same", "two") == two);
  CHECK(rt::get_actor<counter>("same") == mine);
  CHECK_THROWS_AS(rt::get_actor<counter>("same", "three"), rt::actor_not_found_error);
  CHECK_THROWS_AS((rt::spawn<counter>.with({.name = "same", .ns = "two"})(4)),
                  rt::name_taken_error);
}

TEST_CASE_METHOD(runtime_fixture, "actor names: an absent one is an error", "[api]") {
  try {
    rt::get_actor<counter>("nobody");
    FAIL("nothing was thrown");
  } catch (const rt::actor_not_found_error& e) {
    CHECK(e.code() == rt::errc::actor_not_found);
    CHECK_THAT(e.what(), Catch::Matchers::ContainsSubstring("nobody"));
  }
  CHECK_THROWS_AS(rt::get(rt::remote<increment_by_name>("nobody")), rt::actor_not_found_error);
}

TEST_CASE_METHOD(runtime_fixture, "actor names: a taken one is an error", "[api]") {
  const auto c = rt::spawn<counter>.with({.name = "taken"})();
  try {
    rt::spawn<counter>.with({.name = "taken"})();
    FAIL("nothing was thrown");
  } catch (const rt::name_taken_error& e) {
    CHECK(e.code() == rt::errc::name_taken);
    CHECK_THAT(e.what(), Catch::Matchers::ContainsSubstring("taken"));
  }
  CHECK(rt::get(rt::remote<&counter::increment>(c)) == 1);
}

TEST_CASE_METHOD(runtime_fixture, "actor names: get_if_exists gives the one there is", "[api]") {
  const auto spawn = rt::spawn<counter>.with({.name = "single", .get_if_exists = true});
  const auto first = spawn(10);
  const auto second = spawn(20);
  CHECK(first == second);
  CHECK(rt::get(rt::remote<&counter::increment>(second)) == 11);
  CHECK_THROWS_AS((rt::spawn<other>.with({.name = "single", .get_if_exists = true})()),
                  rt::actor_type_error);
}

TEST_CASE_METHOD(runtime_fixture, "actor names: the class must fit", "[api]") {
  const auto c = rt::spawn<counter>.with({.name = "typed"})();
  CHECK_THROWS_AS(rt::get_actor<other>("typed"), rt::actor_type_error);
  const rt::actor<base> as_base = rt::get_actor<base>("typed");
  CHECK(rt::get(rt::remote<&base::who>(as_base)) == "counter");
  CHECK(as_base == rt::actor<base>(c));

  const auto b = rt::spawn<base>.with({.name = "a base"})();
  CHECK_THROWS_AS(rt::get_actor<counter>("a base"), rt::actor_type_error);
}

TEST_CASE_METHOD(runtime_fixture, "actor names: are free again when the actor has ended", "[api]") {
  {
    const auto c = rt::spawn<counter>.with({.name = "again"})(5);
    CHECK(rt::get(rt::remote<&counter::increment>(c)) == 6);
  }
  wait_until_gone("again");
  const auto next = rt::spawn<counter>.with({.name = "again"})();
  CHECK(rt::get(rt::remote<&counter::increment>(next)) == 1);
  rt::kill(next);
  wait_until_gone("again");
  const auto last = rt::spawn<counter>.with({.name = "again"})();
  CHECK(rt::get(rt::remote<&counter::increment>(last)) == 1);
}

TEST_CASE("actor names: belong to their runtime", "[api]") {
  {
    const rt::runtime runtime{support::test_config()};
    const auto c = rt::spawn<counter>.with({.name = "mine"})();
    CHECK(rt::get_actor<counter>("mine") == c);
  }
  const rt::runtime runtime{support::test_config()};
  CHECK_THROWS_AS(rt::get_actor<counter>("mine"), rt::actor_not_found_error);
}
