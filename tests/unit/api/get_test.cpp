#include "support/catch.hpp"

#include <array>
#include <chrono>
#include <deque>
#include <list>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <variant>
#include <vector>

#include <rt/rt.hpp>

#include "support/gate.hpp"
#include "support/runtime_fixture.hpp"
#include "support/transformed.hpp"

namespace {

using namespace std::chrono_literals;
using support::runtime_fixture;

support::gate release;

int square(int x) { return x * x; }
int slow(int x) {
  release.wait();
  return x;
}
void slow_nothing() { release.wait(); }
void nothing() {}
std::string text() { return "text"; }
std::unique_ptr<int> boxed(int x) { return std::make_unique<int>(x); }
int fails(int which) {
  if (which == 1) throw std::out_of_range("first");
  throw std::invalid_argument("second");
}
void fails_void() { throw std::logic_error("void"); }

}  // namespace

TEST_CASE_METHOD(runtime_fixture, "get: an lvalue gives it again and again", "[api]") {
  auto ref = rt::remote<square>(4);
  CHECK(rt::get(ref) == 16);
  CHECK(rt::get(ref) == 16);
  const auto constant = ref;
  CHECK(rt::get(constant) == 16);
  static_assert(std::is_same_v<decltype(rt::get(ref)), int>);
  static_assert(std::is_same_v<decltype(rt::get(constant)), int>);
  static_assert(std::is_same_v<decltype(rt::get(std::move(ref))), int>);
}

TEST_CASE_METHOD(runtime_fixture, "get: an rvalue gives what cannot be copied", "[api]") {
  auto ref = rt::remote<boxed>(3);
  std::unique_ptr<int> box = rt::get(std::move(ref));
  CHECK(*box == 3);
  CHECK(!ref);
}

TEST_CASE_METHOD(runtime_fixture, "get: ranges become vectors in their order", "[api]") {
  std::vector<rt::object_ref<int>> refs;
  for (int i = 0; i < 20; ++i) refs.push_back(rt::remote<square>(i));
  const std::vector<int> values = rt::get(refs);
  REQUIRE(values.size() == 20);
  for (int i = 0; i < 20; ++i) CHECK(values[static_cast<std::size_t>(i)] == i * i);

  const std::vector<rt::object_ref<int>> constant = refs;
  CHECK(rt::get(constant) == values);
  CHECK(rt::get(std::span<const rt::object_ref<int>>(refs)) == values);
  CHECK(rt::get(std::deque<rt::object_ref<int>>(refs.begin(), refs.end())) == values);
  CHECK(rt::get(std::list<rt::object_ref<int>>(refs.begin(), refs.end())) == values);
  CHECK(rt::get(std::array{refs[2], refs[1]}) == std::vector<int>{4, 1});
  CHECK(rt::get(std::move(refs)) == values);
  CHECK(rt::get(std::vector<rt::object_ref<int>>{}).empty());
}

TEST_CASE_METHOD(runtime_fixture, "get: a braced list is a range", "[api]") {
  const auto a = rt::remote<square>(1);
  const auto b = rt::remote<square>(2);
  const std::vector<int> values = rt::get({a, b});
  CHECK(values == std::vector<int>{1, 4});
  CHECK(rt::get({a, b, a}) == std::vector<int>{1, 4, 1});
  CHECK(rt::get({rt::remote<square>(3), rt::remote<square>(4)}) == std::vector<int>{9, 16});
  CHECK(rt::get({a, b}, 10s) == std::vector<int>{1, 4});
}

TEST_CASE_METHOD(runtime_fixture, "get: completions give nothing", "[api]") {
  const auto done = rt::remote<nothing>();
  static_assert(std::is_void_v<decltype(rt::get(done))>);
  rt::get(done);
  std::vector<rt::object_ref<void>> several{done, rt::remote<nothing>(), rt::remote<square>(2)};
  static_assert(std::is_void_v<decltype(rt::get(several))>);
  rt::get(several);
  rt::get(several, 10s);
  rt::get({done, done});
  CHECK_THROWS_AS(rt::get(rt::remote<fails_void>()), std::logic_error);
  several.push_back(rt::remote<fails>(1));
  CHECK_THROWS_AS(rt::get(several), std::out_of_range);
}

TEST_CASE_METHOD(runtime_fixture, "get: several give a tuple", "[api]") {
  const auto a = rt::remote<square>(3);
  const auto b = rt::remote<text>();
  const auto c = rt::remote<nothing>();
  static_assert(
      std::is_same_v<decltype(rt::get(a, b, c)), std::tuple<int, std::string, std::monostate>>);
  const auto [x, y, z] = rt::get(a, b, c);
  CHECK(x == 9);
  CHECK(y == "text");
  CHECK(z == std::monostate{});
  const auto [p, q] = rt::get(rt::remote<square>(5), rt::remote<boxed>(6));
  CHECK(p == 25);
  CHECK(*q == 6);
  CHECK(std::get<0>(rt::get(a, b, 10s)) == 9);
}

TEST_CASE_METHOD(runtime_fixture, "get: throws the first failure in the order given", "[api]") {
  const auto good = rt::remote<square>(1);
  const auto first = rt::remote<fails>(1);
  const auto second = rt::remote<fails>(2);
  CHECK_THROWS_AS(rt::get(std::vector{good, first, second}), std::out_of_range);
  CHECK_THROWS_AS(rt::get(std::vector{good, second, first}), std::invalid_argument);
  CHECK_THROWS_AS(rt::get({second, good, first}), std::invalid_argument);
  CHECK_THROWS_AS(rt::get(first, good, second), std::out_of_range);
  CHECK_THROWS_AS(rt::get(good, second, first), std::invalid_argument);

  // Still the first given where it fails last.
  const support::closed shut(release);
  const auto late = rt::remote<fails>(1);
  release.open();
  CHECK_THROWS_AS(rt::get({late, second}), std::out_of_range);
}

TEST_CASE_METHOD(runtime_fixture, "get: a timeout leaves the reference good", "[api]") {
  const support::closed shut(release);
  auto ref = rt::remote<slow>(8);
  CHECK_THROWS_AS(rt::get(ref, 0s), rt::get_timeout_error);
  CHECK_THROWS_AS(rt::get(ref, 1ms), rt::get_timeout_error);
  CHECK_THROWS_AS(rt::get(ref, 500us), rt::get_timeout_error);
  CHECK_THROWS_AS(rt::get(ref, std::chrono::duration<double>(0.002)), rt::get_timeout_error);
  CHECK_THROWS_AS(rt::get(ref, std::chrono::duration<float, std::milli>(0.5F)),
                  rt::get_timeout_error);
  CHECK_THROWS_AS(rt::get(ref, -1s), rt::get_timeout_error);
  CHECK_THROWS_AS(rt::get(std::vector{ref, ref}, 1ms), rt::get_timeout_error);
  CHECK_THROWS_AS(rt::get({ref, ref}, 0s), rt::get_timeout_error);
  CHECK_THROWS_AS(rt::get(ref, rt::remote<text>(), 1ms), rt::get_timeout_error);
  CHECK_THROWS_AS(rt::get(std::move(ref), 0s), rt::get_timeout_error);
  CHECK(static_cast<bool>(ref));
  release.open();
  CHECK(rt::get(ref) == 8);
  CHECK(rt::get(ref, 0s) == 8);

  const auto done = rt::remote<slow_nothing>();
  rt::get(done, 1h);
}

TEST_CASE_METHOD(runtime_fixture, "get: a timed-out rvalue keeps a vector's references", "[api]") {
  const support::closed shut(release);
  std::vector<rt::object_ref<int>> refs{rt::remote<square>(2), rt::remote<slow>(3)};
  CHECK_THROWS_AS(rt::get(std::move(refs), 1ms), rt::get_timeout_error);
  release.open();
  REQUIRE(refs.size() == 2);
  CHECK(rt::get(refs) == std::vector<int>{4, 3});
}

TEST_CASE_METHOD(runtime_fixture, "get: too long a timeout is for ever", "[api]") {
  const support::closed shut(release);
  const auto ref = rt::remote<slow>(1);
  const auto late = rt::remote<slow>(2);
  const auto third = rt::remote<slow>(3);
  release.open();
  CHECK(rt::get(ref, std::chrono::hours::max()) == 1);
  CHECK(rt::get(late, std::chrono::nanoseconds::max()) == 2);
  CHECK(rt::get(third, std::chrono::duration<double>(1e300)) == 3);
}

TEST_CASE_METHOD(runtime_fixture, "get: what is ready is given with a timeout of 0", "[api]") {
  const auto ref = rt::put(5);
  CHECK(rt::get(ref, 0s) == 5);
  CHECK(rt::get({ref, ref}, 0ns) == std::vector<int>{5, 5});
}

TEST_CASE_METHOD(runtime_fixture, "try_get: gives a result instead of throwing", "[api]") {
  auto good = rt::remote<square>(3);
  rt::result<int> value = rt::try_get(good);
  REQUIRE(value.has_value());
  CHECK(*value == 9);
  CHECK(value.value() == 9);

  const rt::result<int> failed = rt::try_get(rt::remote<fails>(1));
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == rt::errc::user_exception);
  CHECK_THROWS_AS(failed.value(), std::out_of_range);
  CHECK(failed.value_or(4) == 4);

  rt::result<void> done = rt::try_get(rt::remote<nothing>());
  CHECK(done.has_value());
  rt::result<std::unique_ptr<int>> box = rt::try_get(rt::remote<boxed>(2), 10s);
  REQUIRE(box.has_value());
  CHECK(**box == 2);
}

TEST_CASE_METHOD(runtime_fixture, "try_get: a timeout is an error value", "[api]") {
  const support::closed shut(release);
  const auto late = rt::remote<slow>(3);
  for (const auto& tried : {rt::try_get(late, 0s), rt::try_get(late, 1ms)}) {
    REQUIRE_FALSE(tried.has_value());
    CHECK(tried.error().code == rt::errc::get_timeout);
    CHECK_THROWS_AS(tried.value(), rt::get_timeout_error);
  }
  release.open();
  CHECK(rt::try_get(late).value() == 3);
}

TEST_CASE_METHOD(runtime_fixture, "get: an empty reference throws", "[api]") {
  const rt::object_ref<int> empty;
  CHECK_THROWS_AS(rt::get(empty), rt::error);
  CHECK_THROWS_AS(rt::get(empty, 0s), rt::error);
  CHECK_FALSE(rt::try_get(empty).has_value());
}

TEST_CASE_METHOD(runtime_fixture, "get: a view given as an rvalue keeps its references", "[api]") {
  std::vector<rt::object_ref<int>> refs{rt::put(1), rt::put(2)};
  CHECK(rt::get(std::span(refs)) == std::vector{1, 2});
  CHECK(rt::get(std::span(refs), 1s) == std::vector{1, 2});
  CHECK(rt::get(std::span<const rt::object_ref<int>>(refs)) == std::vector{1, 2});
  CHECK(rt::get(std::span(refs).first(1)) == std::vector{1});
  CHECK((refs[0] && refs[1]));
  CHECK(rt::get(std::move(refs)) == std::vector{1, 2});
}

TEST_CASE_METHOD(runtime_fixture, "get: a range that makes its references is gone through once",
                 "[api]") {
  int made = 0;
  const auto call = [&made](int x) {
    ++made;
    return rt::remote<square>(x);
  };
  const std::vector<int> numbers{1, 2, 3};
  CHECK(rt::get(support::transformed(numbers, call)) == std::vector{1, 4, 9});
  CHECK(made == 3);
}
