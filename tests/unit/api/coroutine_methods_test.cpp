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
support::tally arrived;
std::atomic<int> alive{0};
std::atomic<int> frames{0};
std::atomic<bool> frame_outlived_object{false};

int held_back(int x) {
  release.wait();
  return x;
}
rt::object_ref<int> held_back_ref(int x) {
  return rt::remote<held_back>.with({.in_caller = false})(x);
}

int until_cancelled() {
  while (!rt::this_task::cancelled()) rt::this_task::sleep_for(1ms);
  return 1;
}

struct frame_sentinel {
  frame_sentinel() { ++frames; }
  frame_sentinel(const frame_sentinel&) = delete;
  frame_sentinel& operator=(const frame_sentinel&) = delete;
  ~frame_sentinel() {
    --frames;
    if (alive == 0) frame_outlived_object = true;
  }
};

class desk {
 public:
  desk() { ++alive; }
  desk(const desk&) = delete;
  desk& operator=(const desk&) = delete;
  ~desk() { --alive; }

  rt::task<int> waits(rt::object_ref<int> gate, int number) {
    const frame_sentinel seen;
    enter(number);
    arrived.add();
    leave();
    const int got = co_await gate;
    enter(number + 100);
    leave();
    co_return got + number;
  }
  int at_once(int number) {
    enter(number);
    leave();
    return number;
  }
  int answer(int number) const { return number; }
  rt::task<int> asks_itself(int number) {
    const frame_sentinel seen;
    co_return 1 + co_await rt::remote<&desk::answer>(rt::this_actor<desk>(), number);
  }
  rt::task<int> asks_later(rt::object_ref<int> gate) {
    arrived.add();
    co_await gate;
    co_return 1 + co_await rt::remote<&desk::at_once>(rt::this_actor<desk>(), 5);
  }
  rt::task<void> leaves_later(rt::object_ref<int> gate) {
    const frame_sentinel seen;
    arrived.add();
    co_await gate;
    rt::exit_actor();
  }
  rt::task<int> fails_later(rt::object_ref<int> gate) const {
    co_await gate;
    throw std::out_of_range("desk");
  }
  bool has_id() const { return static_cast<bool>(rt::this_task::actor_id()); }
  rt::task<bool> keeps_its_actor(rt::object_ref<int> gate) const {
    const auto before = rt::this_task::actor_id();
    co_await gate;
    co_return before == rt::this_task::actor_id() && before;
  }
  std::vector<int> order() const { return order_; }
  bool overlapped() const { return overlapped_; }

 private:
  void enter(int number) {
    if (++inside_ > 1) overlapped_ = true;
    order_.push_back(number);
  }
  void leave() { --inside_; }

  std::atomic<int> inside_{0};
  std::atomic<bool> overlapped_{false};
  std::vector<int> order_;
};

void reset() {
  arrived.reset();
  frame_outlived_object = false;
}

/// Waits until the object and all frames are gone.
void wait_for_the_end() {
  while (alive != 0 || frames != 0) std::this_thread::yield();
  CHECK(!frame_outlived_object);
}

}  // namespace

TEST_CASE_METHOD(runtime_fixture, "coroutine methods: interleave where they wait", "[api]") {
  reset();
  const auto one = rt::spawn<desk>();
  std::vector<rt::object_ref<int>> waiting;
  {
    const support::closed gate(release);
    const auto held = held_back_ref(1000);
    for (int i = 0; i < 3; ++i) waiting.push_back(rt::remote<&desk::waits>(one, held, i));
    CHECK(rt::get(rt::remote<&desk::at_once>(one, 3)) == 3);
    CHECK(rt::get(rt::remote<&desk::order>(one)) == std::vector<int>{0, 1, 2, 3});
  }
  CHECK(rt::get(waiting) == std::vector<int>{1000, 1001, 1002});
  CHECK(rt::get(rt::remote<&desk::order>(one)).size() == 7);
  CHECK(!rt::get(rt::remote<&desk::overlapped>(one)));
}

TEST_CASE_METHOD(runtime_fixture, "coroutine methods: one may wait for its own actor", "[api]") {
  reset();
  const auto one = rt::spawn<desk>();
  CHECK(rt::get(rt::remote<&desk::asks_itself>(one, 4)) == 5);
  std::vector<rt::object_ref<int>> many;
  for (int i = 0; i < 200; ++i) many.push_back(rt::remote<&desk::asks_itself>(one, i));
  CHECK(rt::get(many).back() == 200);
}

TEST_CASE_METHOD(runtime_fixture, "coroutine methods: failures and this_task", "[api]") {
  reset();
  const auto one = rt::spawn<desk>();
  CHECK_THROWS_AS(rt::get(rt::remote<&desk::fails_later>(one, rt::put(1))), std::out_of_range);
  rt::object_ref<int> failing;
  rt::object_ref<bool> keeping;
  {
    const support::closed gate(release);
    const auto held = held_back_ref(1);
    failing = rt::remote<&desk::fails_later>(one, held);
    keeping = rt::remote<&desk::keeps_its_actor>(one, held);
  }
  CHECK_THROWS_AS(rt::get(failing), std::out_of_range);
  CHECK(rt::get(keeping));
}

TEST_CASE_METHOD(runtime_fixture, "coroutine methods: the actor ends after those that wait",
                 "[api]") {
  reset();
  std::vector<rt::object_ref<int>> waiting;
  {
    const support::closed gate(release);
    const auto held = held_back_ref(10);
    {
      const auto one = rt::spawn<desk>();
      waiting.push_back(rt::remote<&desk::waits>(one, held, 1));
      waiting.push_back(rt::remote<&desk::waits>(one, held, 2));
      waiting.push_back(rt::remote<&desk::asks_later>(one, held));
    }
    arrived.wait_for(3);
    CHECK(alive == 1);
  }
  CHECK(rt::get(waiting) == std::vector<int>{11, 12, 6});
  wait_for_the_end();
}

TEST_CASE_METHOD(runtime_fixture, "kill: ends methods that wait, then the object", "[api]") {
  reset();
  const support::closed gate(release);
  const auto held = held_back_ref(10);
  const auto one = rt::spawn<desk>();
  std::vector<rt::object_ref<int>> waiting;
  for (int i = 0; i < 3; ++i) waiting.push_back(rt::remote<&desk::waits>(one, held, i));
  arrived.wait_for(3);
  rt::kill(one);
  for (const auto& each : waiting) CHECK_THROWS_AS(rt::get(each), rt::actor_died_error);
  wait_for_the_end();
}

TEST_CASE_METHOD(runtime_fixture, "exit_actor: ends methods that wait too", "[api]") {
  reset();
  rt::object_ref<int> waiting;
  rt::object_ref<void> leaving;
  const support::closed never(release);
  const auto held = held_back_ref(10);
  const auto one = rt::spawn<desk>();
  waiting = rt::remote<&desk::waits>(one, held, 1);
  arrived.wait_for(1);
  leaving = rt::remote<&desk::leaves_later>(one, rt::put(1));
  CHECK_THROWS_AS(rt::get(leaving), rt::actor_died_error);
  CHECK_THROWS_AS(rt::get(waiting), rt::actor_died_error);
  CHECK_THROWS_AS(rt::get(rt::remote<&desk::at_once>(one, 1)), rt::actor_died_error);
  wait_for_the_end();
}

TEST_CASE_METHOD(runtime_fixture, "cancel: ends a method that waits, and not its actor", "[api]") {
  reset();
  const support::closed gate(release);
  const auto held = held_back_ref(10);
  const auto one = rt::spawn<desk>();
  const auto waiting = rt::remote<&desk::waits>(one, held, 1);
  arrived.wait_for(1);
  rt::cancel(waiting);
  CHECK_THROWS_AS(rt::get(waiting), rt::task_cancelled_error);
  CHECK(rt::get(rt::remote<&desk::at_once>(one, 8)) == 8);
  const auto late = rt::remote<&desk::waits>.with({.deadline = 5ms})(one, held, 1);
  CHECK_THROWS_AS(rt::get(late), rt::task_cancelled_error);
}

TEST_CASE_METHOD(runtime_fixture, "coroutine methods: of an actor with several threads", "[api]") {
  reset();
  {
    const auto one = rt::spawn<desk>.with({.max_concurrency = 2})();
    std::vector<rt::object_ref<int>> many;
    for (int i = 0; i < 200; ++i) many.push_back(rt::remote<&desk::asks_itself>(one, i));
    CHECK(rt::get(many).back() == 200);
  }
  wait_for_the_end();
}

TEST_CASE("runtime: ends with methods that wait", "[api]") {
  reset();
  {
    rt::config config = support::test_config(2);
    config.shutdown_timeout = 10ms;
    const rt::runtime runtime(config);
    const auto endless = rt::remote<until_cancelled>();
    const auto one = rt::spawn<desk>();
    std::vector<rt::object_ref<int>> waiting;
    for (int i = 0; i < 20; ++i) waiting.push_back(rt::remote<&desk::waits>(one, endless, i));
    arrived.wait_for(20);
  }
  CHECK(frames == 0);
  CHECK(alive == 0);
  CHECK(!frame_outlived_object);
}
