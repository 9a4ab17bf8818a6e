#include "support/catch.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <rt/rt.hpp>

#include "app/process.hpp"
#include "support/gate.hpp"

// Two runtimes of one process, which users cannot make: a cluster of several within one process will.

namespace {

using rt::app::process;

support::gate release;

rt::config options_of(double gpus) { return {.num_cpus = 2, .num_gpus = gpus}; }

/// A runtime that other ones may live beside.
struct beside {
  explicit beside(double gpus) : runtime(options_of(gpus), process::place::beside) {}
  process runtime;

  template <class Call>
  auto in(const Call& call) {
    const process::scope scope(runtime);
    return call();
  }
};

rt::node_id where() { return rt::this_task::node(); }
std::vector<rt::node_id> where_nested() {
  return {where(), rt::get(rt::remote<where>()),
          rt::get(rt::remote<where>.with({.in_caller = false})())};
}
int square(int x) { return x * x; }
int late_square(int x) {
  release.wait();
  return x * x;
}
int sum(int a, int b) { return a + b; }
/// Waits for a reference that it is given as it is.
int open_ref(rt::object_ref<int> ref) { return rt::get(ref); }
int throws() { throw std::out_of_range("there"); }

struct counter {
  int n = 0;
  int add(int x) { return n += x; }
  rt::node_id node() { return rt::this_task::node(); }
};
int add_twice(rt::actor<counter> to) {
  rt::remote<&counter::add>(to, 1);
  return rt::get(rt::remote<&counter::add>(to, 1));
}

}  // namespace

TEST_CASE("side by side: a call belongs to the runtime of the running task", "[app]") {
  beside a(1);
  beside b(2);
  const auto in_a = a.in([] { return rt::get(rt::remote<where_nested>()); });
  const auto in_b = b.in([] { return rt::get(rt::remote<where_nested>()); });
  CHECK(in_a == std::vector(3, in_a[0]));
  CHECK(in_b == std::vector(3, in_b[0]));
  CHECK(in_a[0] != in_b[0]);
  CHECK_THROWS_AS(rt::remote<square>(1), rt::error);
}

TEST_CASE("side by side: a handle belongs to its own runtime", "[app]") {
  beside a(1);
  beside b(2);
  const auto of_a = a.in([] { return rt::remote<square>(3); });
  const auto counts = a.in([] { return rt::spawn<counter>(); });
  CHECK(rt::get(of_a) == 9);
  CHECK(rt::get(rt::remote<&counter::add>(counts, 1)) == 1);
  b.in([&] {
    CHECK(rt::get(of_a) == 9);
    CHECK(rt::get(rt::remote<open_ref>(of_a)) == 9);
    CHECK(rt::get(rt::remote<square>(of_a)) == 81);
    CHECK(rt::get(rt::remote<add_twice>(counts)) == 3);
    CHECK(rt::get(rt::remote<&counter::node>(counts)) != rt::get(rt::remote<where>()));
  });
}

TEST_CASE("side by side: a task waits for objects of both", "[app]") {
  beside a(1);
  beside b(2);
  release.close();
  const auto of_a = a.in([] { return rt::remote<late_square>(3); });
  const auto of_b = b.in([] { return rt::remote<late_square>(4); });
  const auto both = b.in([&] { return rt::remote<sum>(of_a, of_b); });
  const auto again = a.in([&] { return rt::remote<sum>(both, of_a); });
  const auto opened = b.in([&] { return rt::remote<open_ref>(again); });
  support::tally done;
  rt::on_ready(again, [&] { done.add(); });
  release.open();
  CHECK(rt::get(opened) == 34);
  CHECK(rt::get({both, again}) == std::vector{25, 34});
  done.wait_for(1);
  const auto failed = a.in([] { return rt::remote<throws>(); });
  CHECK_THROWS_AS(rt::get(b.in([&] { return rt::remote<square>(failed); })), std::out_of_range);
}

TEST_CASE("side by side: threads go to and fro", "[app]") {
  beside a(1);
  beside b(2);
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        beside& one = (i + t) % 2 == 0 ? a : b;
        beside& other = (i + t) % 2 == 0 ? b : a;
        const auto first = one.in([i] { return rt::remote<square>(i); });
        const auto second = other.in([&] { return rt::remote<sum>(first, i); });
        wrong += rt::get(second) == i * i + i ? 0 : 1;
      }
    });
  }
  for (std::thread& each : threads) each.join();
  CHECK(wrong == 0);
}

TEST_CASE("side by side: they end in either order", "[app]") {
  for (const bool first_ends_first : {true, false}) {
    auto a = std::make_unique<beside>(1);
    auto b = std::make_unique<beside>(2);
    const auto of_a = a->in([] { return rt::put(std::string("a")); });
    const auto of_b = b->in([] { return rt::put(std::string("b")); });
    const auto counts = a->in([] { return rt::spawn<counter>(); });
    (first_ends_first ? a : b).reset();
    CHECK(rt::try_get(of_a).has_value() == !first_ends_first);
    CHECK(rt::try_get(of_b).has_value() == first_ends_first);
    CHECK(rt::try_get(of_a).has_value() == (a != nullptr));
    if (a != nullptr) CHECK(rt::get(rt::remote<&counter::add>(counts, 1)) == 1);
    else CHECK_THROWS_AS(rt::remote<&counter::add>(counts, 1), rt::error);
    beside& left = a != nullptr ? *a : *b;
    CHECK(left.in([] { return rt::get(rt::remote<square>(5)); }) == 25);
  }
}

TEST_CASE("side by side: beside the one that everybody finds", "[app]") {
  const rt::runtime only{options_of(0)};
  beside b(2);
  const auto node_of_only = rt::get(rt::remote<where>());
  CHECK(b.in([] { return rt::get(rt::remote<where>()); }) != node_of_only);
  CHECK(rt::get(rt::remote<where>()) == node_of_only);
}
