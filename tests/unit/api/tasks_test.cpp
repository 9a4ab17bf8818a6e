#include "support/catch.hpp"

#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <rt/rt.hpp>

#include "support/runtime_fixture.hpp"

// At global scope, as in the whole program of the documentation.
int square(int x) { return x * x; }

struct counter {
  int n = 0;
  int increment() { return ++n; }
  int read() const { return n; }
};

namespace {

using support::runtime_fixture;

int add(int a, int b) { return a + b; }
double add(double a, double b) { return a + b; }
int noexcept_negate(int x) noexcept { return -x; }
void nothing() {}
int with_default(int x, int y = 2) { return x * 10 + y; }
std::string greeting() { return "hello"; }
const std::string& shared_greeting() {
  static const std::string text = "hello for all";
  return text;
}
int&& moved_seven() {
  static int seven;
  seven = 7;
  return std::move(seven);
}
std::unique_ptr<int> boxed(int x) { return std::make_unique<int>(x); }

template <class T>
T twice(T x) {
  return x + x;
}

template <int N, class... Ts>
int sum_and(Ts... xs) {
  return (N + ... + xs);
}

struct arithmetic {
  static int triple(int x) { return 3 * x; }
  template <class T>
  static T half(T x) {
    return x / 2;
  }
  struct inner {
    static int four() noexcept { return 4; }
  };
};
struct derived_arithmetic : arithmetic {};

inline namespace version_1 {
int in_inline_namespace() { return 11; }
}  // namespace version_1

int tree_sum(int from, int to) {
  if (to - from == 1) return from;
  const int middle = from + (to - from) / 2;
  auto left = rt::remote<tree_sum>(from, middle);
  auto right = rt::remote<tree_sum>(middle, to);
  return rt::get(left) + rt::get(right);
}

rt::object_ref<int> starts_another(int x) { return rt::remote<square>(x); }

std::vector<rt::object_ref<int>> starts_several(int n) {
  std::vector<rt::object_ref<int>> refs;
  for (int i = 0; i < n; ++i) refs.push_back(rt::remote<square>(i));
  return refs;
}

}  // namespace

TEST_CASE_METHOD(runtime_fixture, "remote: runs the documented program", "[api]") {
  std::vector<rt::object_ref<int>> squares;
  for (int i = 0; i < 4; ++i) squares.push_back(rt::remote<square>(i));
  CHECK(rt::get(squares) == std::vector<int>{0, 1, 4, 9});

  rt::actor<counter> c = rt::spawn<counter>();
  for (int i = 0; i < 3; ++i) rt::remote<&counter::increment>(c);
  CHECK(rt::get(rt::remote<&counter::read>(c)) == 3);
}

TEST_CASE_METHOD(runtime_fixture, "remote: takes every kind of function", "[api]") {
  CHECK(rt::get(rt::remote<square>(3)) == 9);
  CHECK(rt::get(rt::remote<&square>(3)) == 9);
  CHECK(rt::get(rt::remote<noexcept_negate>(3)) == -3);
  CHECK(rt::get(rt::remote<with_default>(1, 5)) == 15);
  CHECK(rt::get(rt::remote<arithmetic::triple>(3)) == 9);
  CHECK(rt::get(rt::remote<&arithmetic::triple>(3)) == 9);
  CHECK(rt::get(rt::remote<&derived_arithmetic::triple>(3)) == 9);
  CHECK(rt::get(rt::remote<arithmetic::half<double>>(3)) == 1.5);
  CHECK(rt::get(rt::remote<arithmetic::inner::four>()) == 4);
  CHECK(rt::get(rt::remote<in_inline_namespace>()) == 11);
}

TEST_CASE_METHOD(runtime_fixture, "remote: takes overloads by static_cast", "[api]") {
  CHECK(rt::get(rt::remote<static_cast<int (*)(int, int)>(add)>(1, 2)) == 3);
  CHECK(rt::get(rt::remote<static_cast<double (*)(double, double)>(&add)>(1.5, 2.25)) == 3.75);
}

TEST_CASE_METHOD(runtime_fixture, "remote: tells instances of one template apart", "[api]") {
  CHECK(rt::get(rt::remote<twice<int>>(4)) == 8);
  CHECK(rt::get(rt::remote<twice<double>>(0.25)) == 0.5);
  CHECK(rt::get(rt::remote<twice<std::string>>("ab")) == "abab");
  CHECK(rt::get(rt::remote<sum_and<1, int, int>>(1, 2)) == 4);
  CHECK(rt::get(rt::remote<sum_and<2, int, int>>(1, 2)) == 5);
  CHECK(rt::get(rt::remote<sum_and<2>>()) == 2);
}

TEST_CASE_METHOD(runtime_fixture, "remote: takes a captureless lambda", "[api]") {
  CHECK(rt::get(rt::remote<[](int x) { return x + 1; }>(41)) == 42);
  CHECK(rt::get(rt::remote<[](int x) { return x + 2; }>(41)) == 43);

  constexpr auto subtract = [](int a, int b) { return a - b; };
  CHECK(rt::get(rt::remote<subtract>(5, 3)) == 2);

  auto none = rt::remote<[] {}>();
  rt::get(none);
}

TEST_CASE_METHOD(runtime_fixture, "remote: result drops reference and const", "[api]") {
  static_assert(std::is_same_v<decltype(rt::remote<greeting>()), rt::object_ref<std::string>>);
  static_assert(
      std::is_same_v<decltype(rt::remote<shared_greeting>()), rt::object_ref<std::string>>);
  static_assert(std::is_same_v<decltype(rt::remote<moved_seven>()), rt::object_ref<int>>);
  static_assert(std::is_same_v<decltype(rt::remote<nothing>()), rt::object_ref<void>>);

  CHECK(rt::get(rt::remote<greeting>()) == "hello");
  CHECK(rt::get(rt::remote<shared_greeting>()) == "hello for all");
  CHECK(shared_greeting() == "hello for all");
  CHECK(rt::get(rt::remote<moved_seven>()) == 7);
}

TEST_CASE_METHOD(runtime_fixture, "remote: returns void and move-only results", "[api]") {
  rt::object_ref<void> done = rt::remote<nothing>();
  rt::get(done);
  rt::get(done);

  CHECK(*rt::get(rt::remote<boxed>(5)) == 5);
  std::unique_ptr<int> owned = rt::get(rt::remote<boxed>(6));
  CHECK(*owned == 6);
}

TEST_CASE_METHOD(runtime_fixture, "remote: tasks start and await tasks", "[api]") {
  CHECK(rt::get(rt::remote<tree_sum>(0, 200)) == 199 * 100);
}

TEST_CASE_METHOD(runtime_fixture, "remote: flattens nothing that is returned", "[api]") {
  rt::object_ref<rt::object_ref<int>> outer = rt::remote<starts_another>(6);
  rt::object_ref<int> inner = rt::get(outer);
  CHECK(rt::get(inner) == 36);

  std::vector<rt::object_ref<int>> several = rt::get(rt::remote<starts_several>(5));
  CHECK(rt::get(several) == std::vector<int>{0, 1, 4, 9, 16});
}

TEST_CASE_METHOD(runtime_fixture, "remote: its call can be kept and made again", "[api]") {
  const auto call = rt::remote<square>;
  CHECK(rt::get(call(3)) == 9);
  CHECK(rt::get(call(4)) == 16);

  const auto named = rt::remote<square>.with({.name = "a square"});
  CHECK(rt::get(named(5)) == 25);
  CHECK(rt::get(named(6)) == 36);
}

TEST_CASE("callable: asks without an error", "[api]") {
  static_assert(rt::callable<square, int>);
  static_assert(rt::callable<square, short>);
  static_assert(rt::callable<square, rt::object_ref<int>>);
  static_assert(rt::callable<square, rt::object_ref<int>&>);
  static_assert(rt::callable<square, const rt::object_ref<int>&>);
  static_assert(!rt::callable<square>);
  static_assert(!rt::callable<square, int, int>);
  static_assert(!rt::callable<square, double>);
  static_assert(!rt::callable<square, float>);
  static_assert(!rt::callable<square, std::string>);
  static_assert(!rt::callable<square, const char*>);
  static_assert(!rt::callable<square, rt::object_ref<double>>);
  static_assert(!rt::callable<square, rt::object_ref<std::string>>);
  static_assert(!rt::callable<square, rt::object_ref<void>>);
  static_assert(!rt::callable<with_default, int>);
  static_assert(rt::callable<&counter::increment, rt::actor<counter>>);
  static_assert(rt::callable<&counter::read, rt::actor<counter>&>);
  static_assert(!rt::callable<&counter::read, rt::actor<counter>, int>);
  static_assert(!rt::callable<&counter::read, rt::actor<arithmetic>>);
  SUCCEED();
}

TEST_CASE("result_t: names what a task gives", "[api]") {
  static_assert(std::is_same_v<rt::result_t<square>, int>);
  static_assert(std::is_same_v<rt::result_t<nothing>, void>);
  static_assert(std::is_same_v<rt::result_t<shared_greeting>, std::string>);
  static_assert(std::is_same_v<rt::result_t<moved_seven>, int>);
  static_assert(std::is_same_v<rt::result_t<starts_another>, rt::object_ref<int>>);
  static_assert(std::is_same_v<rt::result_t<&counter::read>, int>);
  SUCCEED();
}
