#include "support/catch.hpp"

#include <atomic>
#include <chrono>
#include <list>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <rt/rt.hpp>

#include "support/gate.hpp"
#include "support/runtime_fixture.hpp"
#include "support/transformed.hpp"

namespace {

using namespace std::chrono_literals;
using support::runtime_fixture;

support::gate release;
support::gate second_release;

int square(int x) { return x * x; }
int slow(int x) {
  release.wait();
  return x;
}
int slower(int x) {
  second_release.wait();
  return x;
}
std::string text() { return "text"; }
int fails() { throw std::out_of_range("no"); }
int waits_inside() {
  std::vector<rt::object_ref<int>> refs;
  for (int i = 0; i < 4; ++i) refs.push_back(rt::remote<square>(i));
  return static_cast<int>(rt::wait(refs, {.num_returns = 4}).ready.size());
}

}  // namespace

TEST_CASE_METHOD(runtime_fixture, "wait: splits into ready and pending in order", "[api]") {
  const support::closed shut(release);
  const auto late = rt::remote<slow>(7);
  const std::vector<rt::object_ref<int>> refs{rt::put(1), late, rt::put(2), rt::put(3)};
  const auto split = rt::wait(refs, {.num_returns = 3});
  REQUIRE(split.ready.size() == 3);
  REQUIRE(split.pending.size() == 1);
  CHECK(split.ready == std::vector{refs[0], refs[2], refs[3]});
  CHECK(split.pending.front() == late);
}

TEST_CASE_METHOD(runtime_fixture, "wait: gives at most as many as asked", "[api]") {
  const std::vector<rt::object_ref<int>> refs{rt::put(1), rt::put(2), rt::put(3)};
  const auto split = rt::wait(refs, {.num_returns = 2, .timeout = 10s});
  CHECK(split.ready == std::vector{refs[0], refs[1]});
  CHECK(split.pending == std::vector{refs[2]});
  CHECK(rt::wait(refs, {.num_returns = 3}).pending.empty());
}

TEST_CASE_METHOD(runtime_fixture, "wait: returns with what there is when time is up", "[api]") {
  const support::closed shut(release);
  const std::vector<rt::object_ref<int>> refs{rt::remote<slow>(1), rt::put(2)};
  for (const auto& split : {rt::wait(refs, {.num_returns = 2, .timeout = 1ms}),
                            rt::wait(refs, {.num_returns = 2, .timeout = 0s}),
                            rt::wait(refs, {.num_returns = 2, .timeout = 0.0005s})}) {
    CHECK(split.ready == std::vector{refs[1]});
    CHECK(split.pending == std::vector{refs[0]});
  }
  release.open();
  CHECK(rt::wait(refs, {.num_returns = 2, .timeout = std::chrono::hours::max()}).ready.size() == 2);
}

TEST_CASE_METHOD(runtime_fixture, "wait: wakes when enough are ready", "[api]") {
  const support::closed shut(release);
  const support::closed second_shut(second_release);
  const std::vector<rt::object_ref<int>> refs{rt::remote<slower>(1), rt::remote<slow>(2)};
  std::thread opener([] { release.open(); });
  const auto split = rt::wait(refs, {.num_returns = 1});
  opener.join();
  REQUIRE(split.ready.size() == 1);
  CHECK(split.ready.front() == refs[1]);
  CHECK(rt::get(split.ready) == std::vector<int>{2});
}

TEST_CASE_METHOD(runtime_fixture, "wait: a failure is ready too", "[api]") {
  const auto split = rt::wait(std::vector{rt::remote<fails>()}, {.num_returns = 1});
  REQUIRE(split.ready.size() == 1);
  CHECK_THROWS_AS(rt::get(split.ready.front()), std::out_of_range);
}

TEST_CASE_METHOD(runtime_fixture, "wait: completions mix types", "[api]") {
  const auto number = rt::remote<square>(2);
  const auto words = rt::remote<text>();
  const std::vector<rt::object_ref<void>> mixed{number, words, rt::put(std::string("x"))};
  const auto split = rt::wait(mixed, {.num_returns = 3});
  CHECK(split.ready == mixed);
  const rt::object_ref<void> completion = number;
  CHECK(completion == split.ready.front());
}

TEST_CASE_METHOD(runtime_fixture, "wait: an rvalue range is moved through", "[api]") {
  std::vector<rt::object_ref<std::unique_ptr<int>>> refs;
  for (int i = 0; i < 3; ++i) refs.push_back(rt::put(std::make_unique<int>(i)));
  auto split = rt::wait(std::move(refs), {.num_returns = 3});
  REQUIRE(split.ready.size() == 3);
  // No one else refers to them, so they can be moved out.
  for (int i = 0; i < 3; ++i) {
    CHECK(*rt::get(std::move(split.ready[static_cast<std::size_t>(i)])) == i);
  }
}

TEST_CASE_METHOD(runtime_fixture, "wait: takes other ranges, and none at all", "[api]") {
  const std::list<rt::object_ref<int>> refs{rt::put(1), rt::put(2)};
  CHECK(rt::wait(refs, {.num_returns = 2}).ready.size() == 2);
  const auto none = rt::wait(std::vector<rt::object_ref<int>>{}, {.num_returns = 0});
  CHECK(none.ready.empty());
  CHECK(none.pending.empty());
}

TEST_CASE_METHOD(runtime_fixture, "wait: works a list off as it becomes ready", "[api]") {
  std::vector<rt::object_ref<int>> pending;
  for (int i = 0; i < 50; ++i) pending.push_back(rt::remote<square>(i));
  int total = 0;
  while (!pending.empty()) {
    auto split = rt::wait(std::move(pending), {.num_returns = 1});
    for (auto& ref : split.ready) total += rt::get(std::move(ref));
    pending = std::move(split.pending);
  }
  CHECK(total == 49 * 50 * 99 / 6);
}

TEST_CASE("wait: inside a task gives its CPU to what it waits for", "[api]") {
  const rt::runtime runtime{support::test_config(1)};
  CHECK(rt::get(rt::remote<waits_inside>()) == 4);
}

TEST_CASE_METHOD(runtime_fixture,
                 "on_ready: runs also when the last reference takes the object out", "[api]") {
  support::tally calls;
  constexpr int count = 1000;
  for (int i = 0; i < count; ++i) rt::get(rt::remote<square>(i));
  for (int i = 0; i < count; ++i) {
    auto taken = rt::remote<square>(i);
    rt::on_ready(taken, [&] { calls.add(); });
    CHECK(rt::get(std::move(taken)) == i * i);
  }
  calls.wait_for(count);
}

TEST_CASE_METHOD(runtime_fixture, "on_ready: runs once when the object is there", "[api]") {
  const support::closed shut(release);
  support::tally calls;
  const auto late = rt::remote<slow>(1);
  rt::on_ready(late, [&] { calls.add(); });
  CHECK(calls.count() == 0);
  release.open();
  calls.wait_for(1);

  rt::on_ready(rt::put(2), [&] { calls.add(); });
  rt::on_ready(rt::remote<fails>(), [&] { calls.add(); });
  rt::on_ready(rt::object_ref<void>(late), [&] { calls.add(); });
  calls.wait_for(4);
  rt::get(late);
  CHECK(calls.count() == 4);
}

TEST_CASE_METHOD(runtime_fixture, "on_ready: its function may call the runtime", "[api]") {
  support::tally done;
  std::atomic<int> seen{0};
  const auto ref = rt::remote<square>(6);
  rt::on_ready(ref, [&, ref] {
    seen = rt::get(ref);
    done.add();
  });
  done.wait_for(1);
  CHECK(seen == 36);
}

TEST_CASE_METHOD(runtime_fixture, "on_ready: its function may be move-only", "[api]") {
  support::tally done;
  std::atomic<int> seen{0};
  rt::on_ready(rt::put(1), [&, held = std::make_unique<int>(7)] {
    seen = *held;
    done.add();
  });
  done.wait_for(1);
  CHECK(seen == 7);
}

TEST_CASE_METHOD(runtime_fixture, "wait: views keep their references, makers are gone through once",
                 "[api]") {
  std::vector<rt::object_ref<int>> refs{rt::put(1), rt::put(2)};
  const auto found = rt::wait(std::span(refs), {.num_returns = 2});
  CHECK(found.ready == refs);
  CHECK(refs[0]);
  int made = 0;
  const auto call = [&made](int x) {
    ++made;
    return rt::remote<square>(x);
  };
  const std::vector<int> numbers{1, 2, 3};
  const auto all = rt::wait(support::transformed(numbers, call), {.num_returns = 3});
  CHECK(rt::get(all.ready) == std::vector{1, 4, 9});
  CHECK(made == 3);
}
