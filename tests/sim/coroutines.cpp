#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <rt/rt.hpp>
#include <rt/sim.hpp>

#include "sim/random_stream.hpp"
#include "sim/workload.hpp"

// Coroutines as tasks and as methods: they wait for tasks, for each other, for their own actor, while
// others cancel them, kill their actor, drop its last handle, or end the runtime. All frames end, each
// before the object it refers to; no two calls of an actor run at once.

namespace {

int frames = 0;
int objects = 0;

struct sentinel {
  sentinel() { ++frames; }
  sentinel(const sentinel&) = delete;
  sentinel& operator=(const sentinel&) = delete;
  ~sentinel() { --frames; }
};

int leaf(int value, std::int64_t sleep_ns) {
  if (sleep_ns != 0) rt::this_task::sleep_for(std::chrono::nanoseconds(sleep_ns));
  return value;
}

/// The sum of a tree of `depth` levels whose leaves are 1, by tasks, by parts of one task, or by gets.
rt::task<int> tree(int depth, std::uint64_t seed) {
  const sentinel seen;
  rt::sim::random_stream numbers(seed, 30);
  if (depth == 0) {
    const std::int64_t sleep_ns = numbers.one_in(3) ? numbers.between(0, 300'000) : 0;
    co_return co_await rt::remote<leaf>(1, sleep_ns);
  }
  auto left = rt::remote<tree>(depth - 1, numbers.next());
  int sum = 0;
  if (numbers.one_in(2)) sum += co_await tree(depth - 1, numbers.next());
  else sum += co_await rt::remote<tree>(depth - 1, numbers.next());
  if (numbers.one_in(4)) sum += rt::get(left);
  else if (numbers.one_in(2)) sum += co_await left;
  else sum += co_await std::move(left);
  co_return sum;
}

rt::task<int> fails_after(rt::object_ref<int> other) {
  const sentinel seen;
  const int got = co_await other;
  throw std::out_of_range("after " + std::to_string(got));
}

class counter {
 public:
  counter() { ++objects; }
  counter(const counter&) = delete;
  counter& operator=(const counter&) = delete;
  ~counter() {
    rt::sim::check(waiting_ == 0, "an object ended before its coroutines");
    --objects;
  }

  int add(int amount) {
    enter();
    total_ += amount;
    leave();
    return total_;
  }
  rt::task<int> add_what_comes(rt::object_ref<int> what) {
    const sentinel seen;
    const inside here(*this);
    const int got = co_await what;
    co_return add(got);
  }
  rt::task<int> add_through_itself(int amount) {
    const sentinel seen;
    const inside here(*this);
    co_return co_await rt::remote<&counter::add>(rt::this_actor<counter>(), amount);
  }
  rt::task<void> leave_after(rt::object_ref<int> what) {
    const sentinel seen;
    const inside here(*this);
    co_await what;
    rt::exit_actor();
  }

 private:
  struct inside {
    explicit inside(counter& its) : of(its) { ++of.waiting_; }
    inside(const inside&) = delete;
    inside& operator=(const inside&) = delete;
    ~inside() { --of.waiting_; }
    counter& of;
  };
  void enter() {
    rt::sim::check(!inside_, "two calls of one actor run at once");
    inside_ = true;
  }
  void leave() { inside_ = false; }

  int total_ = 0;
  int waiting_ = 0;
  bool inside_ = false;
};

/// Sees that a call has a value, or that it was ended by what was done to it.
void settle(const rt::object_ref<int>& call, bool may_end) {
  try {
    rt::sim::check(rt::get(call) > 0, "a call gave nothing");
  } catch (const rt::task_cancelled_error&) {
    rt::sim::check(may_end, "a task was cancelled that nobody cancelled");
  } catch (const rt::actor_died_error&) {
    rt::sim::check(may_end, "an actor died that nobody killed");
  }
}

void run_trees(rt::sim::random_stream& numbers) {
  const int depth = static_cast<int>(numbers.between(0, 4));
  const bool cancels = numbers.one_in(3);
  const std::int64_t deadline_ns = cancels && numbers.one_in(2) ? numbers.between(1, 2'000'000) : 0;
  const std::uint64_t own = numbers.next();
  auto whole =
      deadline_ns != 0
          ? rt::remote<tree>.with({.deadline = std::chrono::nanoseconds(deadline_ns)})(depth, own)
          : rt::remote<tree>(depth, own);
  if (cancels) {
    if (numbers.one_in(2)) leaf(0, numbers.between(0, 500'000));
    rt::cancel(whole);
    settle(whole, true);
    return;
  }
  const auto failing = rt::remote<fails_after>(whole);
  rt::sim::check(rt::get(whole) == 1 << depth, "a tree has another sum");
  try {
    rt::get(failing);
    rt::sim::fail("nothing was thrown");
  } catch (const std::out_of_range&) {
  }
}

void run_actor(rt::sim::random_stream& numbers) {
  const std::uint64_t end = numbers.below(4);
  std::vector<rt::object_ref<int>> calls;
  rt::object_ref<void> left;
  {
    const auto one = rt::spawn<counter>();
    const auto slow = rt::remote<leaf>(1, numbers.between(0, 400'000));
    for (std::uint64_t i = numbers.below(10); i > 0; --i) {
      switch (numbers.below(4)) {
        case 0: calls.push_back(rt::remote<&counter::add>(one, 1)); break;
        case 1: calls.push_back(rt::remote<&counter::add_through_itself>(one, 1)); break;
        default:
          calls.push_back(rt::remote<&counter::add_what_comes>(
              one, numbers.one_in(2) ? slow : rt::remote<leaf>(1, std::int64_t{0})));
      }
      if (numbers.one_in(6)) settle(calls.back(), false);
    }
    if (end == 0) rt::kill(one);
    if (end == 1) left = rt::remote<&counter::leave_after>(one, slow);
    if (end == 2 && !calls.empty()) rt::cancel(calls[numbers.below(calls.size())]);
  }
  if (numbers.one_in(4)) calls.clear();
  for (const auto& each : calls) settle(each, end != 3);
  if (end == 1) {
    try {
      rt::get(left);
      rt::sim::fail("a method returned that had left");
    } catch (const rt::actor_died_error&) {
    }
  }
}

}  // namespace

void workloads::coroutines(std::uint64_t seed) {
  rt::sim::random_stream numbers(seed, 16);
  frames = 0;
  objects = 0;
  for (std::int64_t i = numbers.between(1, 3); i > 0; --i) {
    if (numbers.one_in(2)) run_trees(numbers);
    else run_actor(numbers);
  }
  // Some go on while the runtime ends.
  if (numbers.one_in(3)) {
    const int depth = static_cast<int>(numbers.between(0, 3));
    rt::remote<tree>(depth, numbers.next());
  }
}
