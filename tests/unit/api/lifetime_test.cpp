#include "support/catch.hpp"

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <rt/rt.hpp>

#include "support/gate.hpp"
#include "support/runtime_fixture.hpp"

namespace lifetime_test {

/// A list of objects, each of which holds the next.
struct link {
  int value = 0;
  rt::object_ref<link> next;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(value, next);
  }
};

/// Waits for an object while it is destroyed.
struct waits_at_end {
  rt::object_ref<int> ref;
  static inline std::atomic<int> seen{0};
  waits_at_end() = default;
  explicit waits_at_end(rt::object_ref<int> r) : ref(std::move(r)) {}
  waits_at_end(waits_at_end&&) noexcept = default;
  waits_at_end& operator=(waits_at_end&&) noexcept = default;
  ~waits_at_end() {
    if (ref) seen += rt::get(ref);
  }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(ref);
  }
};

}  // namespace lifetime_test

namespace {

using lifetime_test::link;
using lifetime_test::waits_at_end;
using support::one_cpu_fixture;
using support::runtime_fixture;
using support::scaled;

support::gate release;

int add_one(int x) { return x + 1; }
int slow(int x) {
  release.wait();
  return x;
}
long sum(const std::vector<int>& xs) {
  long total = 0;
  for (const int x : xs) total += x;
  return total;
}
link grow(link tail) { return {tail.value + 1, rt::put(std::move(tail))}; }
int depth(int n) { return n == 0 ? 0 : 1 + rt::get(rt::remote<depth>(n - 1)); }
int depth_elsewhere(int n) {
  if (n == 0) return 0;
  return 1 + rt::get(rt::remote<depth_elsewhere>.with({.in_caller = false})(n - 1));
}
int fib(int n) {
  if (n < 2) return n;
  const auto a = rt::remote<fib>(n - 1);
  const auto b = rt::remote<fib>(n - 2);
  return rt::get(a) + rt::get(b);
}
int read(const link& l) { return l.value; }

}  // namespace

TEST_CASE_METHOD(runtime_fixture, "lifetime: a million nested references are freed in a loop",
                 "[api]") {
  const std::size_t n = scaled(1'000'000);
  rt::object_ref<link> head = rt::put(link{});
  for (std::size_t i = 1; i < n; ++i) head = rt::put(link{static_cast<int>(i), head});
  CHECK(rt::get(head).value == static_cast<int>(n) - 1);
  head = {};
  CHECK(rt::get(rt::put(1)) == 1);
}

TEST_CASE_METHOD(runtime_fixture, "lifetime: a nested chain dropped by a task", "[api]") {
  rt::object_ref<link> head = rt::put(link{});
  for (std::size_t i = 1; i < scaled(100'000); ++i) head = rt::put(link{0, std::move(head)});
  CHECK(rt::get(rt::remote<read>(std::move(head))) == 0);
}

TEST_CASE_METHOD(runtime_fixture, "lifetime: chains made by tasks", "[api]") {
  rt::object_ref<link> head = rt::put(link{});
  const int n = static_cast<int>(scaled(20'000));
  for (int i = 0; i < n; ++i) head = rt::remote<grow>(head);
  CHECK(rt::get(head).value == n);
}

TEST_CASE_METHOD(runtime_fixture, "lifetime: a chain of a million dependents", "[api]") {
  const std::size_t n = scaled(1'000'000);
  rt::object_ref<int> last = rt::put(0);
  for (std::size_t i = 0; i < n; ++i) last = rt::remote<add_one>(last);
  CHECK(rt::get(last) == static_cast<int>(n));
}

TEST_CASE_METHOD(runtime_fixture, "lifetime: dependents that all wait, then run", "[api]") {
  const support::closed shut(release);
  const std::size_t n = scaled(1'000'000);
  rt::object_ref<int> last = rt::remote<slow>(0);
  for (std::size_t i = 0; i < n; ++i) last = rt::remote<add_one>(std::move(last));
  release.open();
  CHECK(rt::get(last) == static_cast<int>(n));
}

TEST_CASE_METHOD(runtime_fixture, "lifetime: dependents that wait and then fail", "[api]") {
  static support::gate fail_now;
  constexpr auto fails = []() -> int {
    fail_now.wait();
    throw std::out_of_range("the first");
  };
  const support::closed shut(fail_now);
  rt::object_ref<int> last = rt::remote<fails>();
  for (std::size_t i = 0; i < scaled(100'000); ++i) last = rt::remote<add_one>(std::move(last));
  fail_now.open();
  CHECK_THROWS_AS(rt::get(last), std::out_of_range);
}

TEST_CASE_METHOD(runtime_fixture, "lifetime: many dependents of one task", "[api]") {
  const support::closed shut(release);
  const auto source = rt::remote<slow>(1);
  std::vector<rt::object_ref<int>> dependents;
  for (std::size_t i = 0; i < scaled(100'000); ++i)
    dependents.push_back(rt::remote<add_one>(source));
  release.open();
  long total = 0;
  for (const int x : rt::get(dependents)) total += x;
  CHECK(total == 2 * static_cast<long>(dependents.size()));
}

TEST_CASE_METHOD(runtime_fixture, "lifetime: a fan-in of a hundred thousand", "[api]") {
  std::vector<rt::object_ref<int>> parts;
  const std::size_t n = scaled(100'000);
  for (std::size_t i = 0; i < n; ++i) parts.push_back(rt::remote<add_one>(0));
  CHECK(rt::get(rt::remote<sum>(parts)) == static_cast<long>(n));
  CHECK(rt::get(rt::remote<sum>(std::move(parts))) == static_cast<long>(n));
}

TEST_CASE_METHOD(one_cpu_fixture, "lifetime: blocking tasks nest deep on one CPU", "[api]") {
  const int n = static_cast<int>(scaled(2'000));
  CHECK(rt::get(rt::remote<depth>(n)) == n);
  CHECK(rt::get(rt::remote<depth>(n), std::chrono::hours(1)) == n);
}

TEST_CASE_METHOD(one_cpu_fixture, "lifetime: blocking tasks nest without running in place",
                 "[api]") {
  CHECK(rt::get(rt::remote<depth_elsewhere>(100)) == 100);
}

TEST_CASE_METHOD(one_cpu_fixture, "lifetime: a tree of blocking tasks on one CPU", "[api]") {
  CHECK(rt::get(rt::remote<fib>(18)) == 2584);
}

TEST_CASE_METHOD(runtime_fixture, "lifetime: a tree of blocking tasks on two CPUs", "[api]") {
  CHECK(rt::get(rt::remote<fib>(20)) == 6765);
  CHECK(rt::get(rt::remote<fib>(18), std::chrono::hours(1)) == 2584);
}

TEST_CASE_METHOD(runtime_fixture, "lifetime: a destructor may wait for a task", "[api]") {
  if (support::distance_is_process()) return;  // values are rebuilt, and each of them waits
  waits_at_end::seen = 0;
  {
    auto ref = rt::put(waits_at_end(rt::remote<add_one>(40)));
    ref = {};
  }
  CHECK(waits_at_end::seen == 41);
}

TEST_CASE_METHOD(runtime_fixture, "lifetime: references cross between tasks freely", "[api]") {
  constexpr auto wrap = [](rt::object_ref<int> ref) { return std::vector{ref, ref}; };
  auto base = rt::remote<add_one>(1);
  for (int i = 0; i < 100; ++i) {
    auto wrapped = rt::get(rt::remote<wrap>(base));
    CHECK(wrapped[0] == wrapped[1]);
    base = std::move(wrapped[0]);
  }
  CHECK(rt::get(base) == 2);
}
