#include "support/catch.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <unordered_set>
#include <utility>
#include <vector>

#include <rt/rt.hpp>

#include "support/gate.hpp"
#include "support/runtime_fixture.hpp"

namespace {

using namespace std::chrono_literals;
using support::runtime_fixture;

int square(int x) { return x * x; }
int fails() { throw std::runtime_error("no"); }

struct counter {
  int n = 0;
  int increment() { return ++n; }
};

struct incomplete;
struct holds_incomplete {
  rt::object_ref<incomplete> ref;
  rt::actor<incomplete> actor;
};
struct incomplete {
  int value = 0;
};

template <class Handle>
void check_regular(Handle a, Handle other) {
  static_assert(std::is_nothrow_default_constructible_v<Handle>);
  static_assert(std::is_copy_constructible_v<Handle>);
  static_assert(std::is_nothrow_move_constructible_v<Handle>);
  static_assert(std::is_copy_assignable_v<Handle>);
  static_assert(std::is_nothrow_move_assignable_v<Handle>);

  const Handle empty;
  CHECK(!empty);
  CHECK(empty == Handle());
  CHECK(static_cast<bool>(a));
  CHECK(a != empty);
  CHECK(a == a);
  CHECK(a != other);

  Handle b = a;
  CHECK(b == a);
  CHECK(std::hash<Handle>()(b) == std::hash<Handle>()(a));
  const Handle c = std::move(b);
  CHECK(!b);
  CHECK(c == a);
  b = other;
  CHECK(b == other);
  b = std::move(a);
  CHECK(!a);
  CHECK(b == c);
  b = *&b;
  CHECK(b == c);
  b = {};
  CHECK(!b);
  using std::swap;
  swap(b, other);
  CHECK(!other);

  std::unordered_set<Handle> set{c, c, empty, b};
  CHECK(set.size() == 3);
  CHECK(set.count(c) == 1);
}

rt::array<int> array_of(int n) {
  rt::mutable_array<int> a(3);
  a[0] = a[1] = a[2] = n;
  return std::move(a).freeze();
}

}  // namespace

TEST_CASE_METHOD(runtime_fixture, "handles: are regular", "[api]") {
  check_regular(rt::put(1), rt::put(1));
  check_regular(rt::object_ref<void>(rt::put(1)), rt::object_ref<void>(rt::put(1)));
  check_regular(rt::spawn<counter>(), rt::spawn<counter>());
  check_regular(array_of(1), array_of(1));
  check_regular(rt::pin(rt::put(1)), rt::pin(rt::put(1)));
}

TEST_CASE("handles: need no complete type and no runtime to be empty", "[api]") {
  const holds_incomplete h;
  CHECK(!h.ref);
  CHECK(!h.actor);
  const rt::object_ref<int> ref;
  const rt::object_ref<int> copy = ref;
  CHECK(copy == ref);
}

TEST_CASE("handles: without a runtime every call says so", "[api]") {
  const auto says_no_runtime = [](auto call) {
    try {
      call();
      FAIL("nothing was thrown");
    } catch (const rt::error& e) {
      CHECK(e.code() == rt::errc::no_runtime);
      CHECK(e.outcome() == rt::outcome::not_started);
      CHECK(std::string(e.what()).size() > 10);
    }
  };
  says_no_runtime([] { rt::remote<square>(1); });
  says_no_runtime([] { rt::put(1); });
  says_no_runtime([] { rt::spawn<counter>(); });
  says_no_runtime([] { rt::get_actor<counter>("none"); });
}

TEST_CASE("handles: outlive the runtime harmlessly", "[api]") {
  rt::object_ref<int> ref;
  rt::object_ref<int> failed;
  rt::object_ref<void> completion;
  rt::actor<counter> actor;
  rt::array<int> array;
  rt::pinned<std::string> pinned;
  {
    const rt::runtime runtime{support::test_config()};
    ref = rt::remote<square>(3);
    failed = rt::remote<fails>();
    completion = ref;
    actor = rt::spawn<counter>();
    array = array_of(5);
    pinned = rt::pin(rt::put(std::string("pinned text that is too long to be stored inside")));
    CHECK(rt::get(ref) == 9);
  }
  auto copy = ref;
  CHECK(copy == ref);
  copy = {};
  auto actor_copy = actor;
  CHECK(actor_copy == actor);
  const auto moved = std::move(actor_copy);
  CHECK(static_cast<bool>(moved));

  // What is mapped stays readable.
  CHECK(array.size() == 3);
  CHECK(array[2] == 5);
  CHECK(*pinned == "pinned text that is too long to be stored inside");

  const auto code_of = [](auto call) {
    try {
      call();
    } catch (const rt::error& e) {
      return e.code();
    }
    return rt::errc::user_exception;
  };
  CHECK(code_of([&] { rt::get(ref); }) == rt::errc::no_runtime);
  CHECK(code_of([&] { rt::get(ref, 1s); }) == rt::errc::no_runtime);
  CHECK(code_of([&] { rt::get(failed); }) == rt::errc::no_runtime);
  CHECK(code_of([&] { rt::pin(ref); }) == rt::errc::no_runtime);
  CHECK(code_of([&] { rt::wait(std::vector{ref}, {.num_returns = 1}); }) == rt::errc::no_runtime);
  CHECK(code_of([&] { rt::on_ready(ref, [] {}); }) == rt::errc::no_runtime);
  CHECK(code_of([&] { rt::cancel(ref); }) == rt::errc::no_runtime);
  CHECK(code_of([&] { rt::remote<&counter::increment>(actor); }) == rt::errc::no_runtime);
  CHECK(code_of([&] { rt::kill(actor); }) == rt::errc::no_runtime);
  const auto tried = rt::try_get(ref);
  REQUIRE_FALSE(tried.has_value());
  CHECK(tried.error().code == rt::errc::no_runtime);
}

TEST_CASE("handles: of one runtime are inert in the next", "[api]") {
  rt::object_ref<int> old;
  rt::actor<counter> old_actor;
  {
    const rt::runtime runtime{support::test_config()};
    old = rt::put(1);
    old_actor = rt::spawn<counter>();
  }
  const rt::runtime runtime{support::test_config()};
  CHECK_THROWS_AS(rt::get(old), rt::error);
  CHECK_THROWS_AS(rt::get(rt::remote<square>(old)), rt::error);
  CHECK_THROWS_AS(rt::get(rt::remote<&counter::increment>(old_actor)), rt::error);
  CHECK(rt::get(rt::remote<square>(2)) == 4);
  old = rt::put(5);
  CHECK(rt::get(old) == 5);
}

TEST_CASE_METHOD(runtime_fixture, "handles: may be copied and dropped by any thread", "[api]") {
  const auto ref = rt::put(std::string("shared by all of them, and longer than the inside"));
  const auto actor = rt::spawn<counter>();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&ref, &actor] {
      for (int i = 0; i < 2000; ++i) {
        auto a = ref;
        auto b = a;
        a = {};
        auto c = std::move(b);
        auto d = actor;
        auto e = d;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(rt::get(ref) == "shared by all of them, and longer than the inside");
  CHECK(rt::get(rt::remote<&counter::increment>(actor)) == 1);
}
