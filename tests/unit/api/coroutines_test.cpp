#include "support/catch.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <rt/rt.hpp>

#include "support/counted.hpp"
#include "support/gate.hpp"
#include "support/runtime_fixture.hpp"

namespace {

using namespace std::chrono_literals;
using support::counted;
using support::one_cpu_fixture;
using support::runtime_fixture;

support::gate release;
support::tally arrived;
std::atomic<int> ended{0};

/// Counts its end.
struct sentinel {
  sentinel() = default;
  sentinel(const sentinel&) = delete;
  sentinel& operator=(const sentinel&) = delete;
  ~sentinel() { ++ended; }
};

int square(int x) { return x * x; }
int held_back(int x) {
  release.wait();
  return x;
}
void nothing() {}
int fails(int x) { throw std::out_of_range("no " + std::to_string(x)); }

/// A task that waits for the gate, and takes a CPU of its own meanwhile.
rt::object_ref<int> held_back_ref(int x) {
  return rt::remote<held_back>.with({.in_caller = false})(x);
}

rt::task<int> sum_of_squares(int n) {
  int sum = 0;
  for (int i = 1; i <= n; ++i) sum += co_await rt::remote<square>(i);
  co_return sum;
}
rt::task<void> waits_for_nothing() { co_await rt::remote<nothing>(); }
rt::task<int> returns_at_once() { co_return 7; }
rt::task<int> adds_one(rt::object_ref<int> to) { co_return co_await to + 1; }

std::size_t threads_of_this_process() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return static_cast<std::size_t>(std::distance(begin(tasks), end(tasks)));
}

}  // namespace

static_assert(std::is_same_v<rt::result_t<sum_of_squares>, int>);
static_assert(std::is_same_v<decltype(rt::remote<waits_for_nothing>()), rt::object_ref<void>>);
static_assert(rt::callable<sum_of_squares, int>);
static_assert(!rt::callable<sum_of_squares, std::string>);

TEST_CASE_METHOD(runtime_fixture, "coroutine: counts as what it returns", "[api]") {
  CHECK(rt::get(rt::remote<sum_of_squares>(4)) == 30);
  CHECK(rt::get(rt::remote<returns_at_once>()) == 7);
  CHECK_NOTHROW(rt::get(rt::remote<waits_for_nothing>()));
  CHECK(rt::get(rt::remote<adds_one>.with({.name = "one more"})(rt::put(41))) == 42);
  CHECK(rt::get(rt::remote<square>(rt::remote<sum_of_squares>(2))) == 25);
  constexpr auto twice = [](int x) -> rt::task<int> {
    co_return 2 * co_await rt::remote<square>(x);
  };
  CHECK(rt::get(rt::remote<twice>(3)) == 18);
}

namespace {

struct point {
  int x = 0;
  int y = 0;
};

rt::task<std::string> keeps_views(std::string_view text, std::span<const int> numbers,
                                  const std::string& referred, std::string&& moved, point value) {
  const int waited = co_await held_back_ref(1);
  int sum = waited;
  for (int each : numbers) sum += each;
  moved += "!";
  co_return std::string(text) + referred + moved + std::to_string(sum + value.x + value.y);
}
rt::task<double> keeps_converted(const double& converted, const std::vector<int>& gathered,
                                 std::span<const int> shown) {
  co_await rt::remote<nothing>();
  double sum = converted;
  for (int each : gathered) sum += each;
  for (int each : shown) sum += each;
  co_return sum;
}
rt::task<int> takes_move_only(std::unique_ptr<int> owned) {
  co_await rt::remote<nothing>();
  co_return *owned;
}
rt::task<std::unique_ptr<int>> gives_move_only(int x) {
  auto made = co_await rt::remote<takes_move_only>(std::make_unique<int>(x));
  co_return std::make_unique<int>(made + 1);
}

}  // namespace

TEST_CASE_METHOD(runtime_fixture, "coroutine: arguments live until it ends", "[api]") {
  rt::object_ref<std::string> kept;
  {
    const support::closed gate(release);
    std::string text = "text ";
    std::vector<int> numbers{1, 2, 3};
    kept = rt::remote<keeps_views>(text, numbers, std::string("referred "), std::string("moved"),
                                   point{4, 5});
    text.assign(100, 'x');
    numbers.clear();
  }
  CHECK(rt::get(kept) == "text referred moved!16");

  const std::vector<rt::object_ref<int>> refs{rt::put(1), rt::remote<square>(2)};
  CHECK(rt::get(rt::remote<keeps_converted>(rt::remote<square>(3), refs, refs)) == 19.0);
  CHECK(*rt::get(rt::remote<gives_move_only>(5)) == 6);
}

namespace {

counted make_counted() { return counted(3); }
rt::task<int> awaits_lvalue() {
  const auto ref = rt::remote<make_counted>();
  const counted copied = co_await ref;
  const counted again = co_await ref;
  co_return copied.value + again.value;
}
rt::task<int> awaits_rvalue() {
  auto ref = rt::remote<make_counted>();
  const counted taken = co_await std::move(ref);
  if (ref) throw std::logic_error("the reference is still there");
  co_return taken.value;
}

}  // namespace

TEST_CASE_METHOD(runtime_fixture, "co_await: copies of an lvalue, moves out of an rvalue",
                 "[api]") {
  counted::reset();
  CHECK(rt::get(rt::remote<awaits_lvalue>()) == 6);
  if (!support::distance_is_process()) CHECK(counted::copies == 2);
  counted::reset();
  CHECK(rt::get(rt::remote<awaits_rvalue>()) == 3);
  if (!support::distance_is_process()) CHECK(counted::copies == 0);
}

namespace {

rt::task<int> passes_on(int x) { co_return co_await rt::remote<fails>(x); }
rt::task<int> catches(int x) {
  bool caught = false;
  try {
    co_await rt::remote<fails>(x);
  } catch (const std::out_of_range&) {
    caught = true;
  }
  co_return caught ? co_await rt::remote<square>(x) : 0;
}
rt::task<int> throws_late(int x) {
  const sentinel seen;
  co_await rt::remote<nothing>();
  throw std::invalid_argument("late " + std::to_string(x));
}
rt::task<int> throws_early(int x) {
  throw std::invalid_argument("early " + std::to_string(x));
  co_return x;
}
rt::task<int> awaits_empty() {
  rt::object_ref<int> empty;
  co_return co_await empty;
}

}  // namespace

TEST_CASE_METHOD(runtime_fixture, "coroutine: what it throws comes back as what it was", "[api]") {
  ended = 0;
  CHECK_THROWS_AS(rt::get(rt::remote<throws_late>(1)), std::invalid_argument);
  CHECK(ended == 1);
  CHECK_THROWS_AS(rt::get(rt::remote<throws_early>(1)), std::invalid_argument);
  CHECK(rt::get(rt::remote<catches>(3)) == 9);
  CHECK_THROWS_AS(rt::get(rt::remote<awaits_empty>()), rt::error);
  try {
    rt::get(rt::remote<passes_on>(4));
    FAIL("nothing was thrown");
  } catch (const rt::task_error& e) {
    const std::string told = dynamic_cast<const std::exception&>(e).what();
    CHECK_THAT(told, Catch::Matchers::ContainsSubstring("no 4"));
    CHECK_THAT(told, Catch::Matchers::ContainsSubstring("fails"));
    CHECK_THAT(told, Catch::Matchers::ContainsSubstring("passes_on"));
    CHECK(e.type_name() == "std::out_of_range");
  }
}

namespace {

rt::task<int> counts_down(int n) {
  if (n == 0) co_return 0;
  co_return 1 + co_await counts_down(n - 1);
}
rt::task<int> inner(int x) {
  const int squared = co_await rt::remote<square>(x);
  if (squared > 100) throw std::out_of_range("too large");
  co_return squared;
}
rt::task<void> does_nothing() { co_return; }
rt::task<int> outer(int x) {
  co_await does_nothing();
  int sum = co_await inner(x);
  rt::task<int> later = inner(x + 1);
  sum += co_await std::move(later);
  try {
    co_await inner(11);
  } catch (const std::out_of_range&) {
    sum += 1000;
  }
  co_return sum;
}
rt::task<int> awaits_twice() {
  rt::task<int> once = inner(1);
  co_await std::move(once);
  co_return co_await std::move(once);
}
rt::task<int> chain_of_tasks(int n) {
  if (n == 0) co_return 0;
  co_return 1 + co_await rt::remote<chain_of_tasks>(n - 1);
}

}  // namespace

TEST_CASE_METHOD(runtime_fixture, "coroutine: awaits another one as a part of its task", "[api]") {
  CHECK(rt::get(rt::remote<outer>(3)) == 1025);
  CHECK(rt::get(rt::remote<counts_down>(50'000)) == 50'000);
  CHECK_THROWS_AS(rt::get(rt::remote<awaits_twice>()), rt::error);
  // One that is never awaited never runs, and leaks nothing.
  static_cast<void>(inner(1));
}

TEST_CASE_METHOD(one_cpu_fixture, "coroutine: a long chain of tasks that await each other",
                 "[api]") {
  CHECK(rt::get(rt::remote<chain_of_tasks>(2'000)) == 2'000);
}

namespace {

rt::task<int> waits_behind(rt::object_ref<int> gate, int x) {
  arrived.add();
  co_return co_await gate + x;
}

}  // namespace

TEST_CASE_METHOD(runtime_fixture, "coroutine: thousands wait at once on one CPU, on few threads",
                 "[api]") {
  const std::size_t many = support::scaled(5'000);
  arrived.reset();
  std::vector<rt::object_ref<int>> waiting;
  std::size_t threads = 0;
  {
    const support::closed gate(release);
    const auto held = held_back_ref(1);
    for (std::size_t i = 0; i < many; ++i) {
      waiting.push_back(rt::remote<waits_behind>(held, static_cast<int>(i)));
    }
    arrived.wait_for(many);
    // None of them has the CPU that is left.
    CHECK(rt::get(rt::remote<square>(3)) == 9);
    threads = threads_of_this_process();
  }
  CHECK(threads < 40);
  std::int64_t sum = 0;
  for (int each : rt::get(waiting)) sum += each;
  CHECK(sum == static_cast<std::int64_t>(many * (many - 1) / 2 + many));
}

namespace {

rt::task<int> waits_with_sentinel(rt::object_ref<int> gate) {
  const sentinel seen;
  arrived.add();
  co_return co_await gate;
}
rt::task<int> waits_for_one_that_waits(rt::object_ref<int> gate) {
  const sentinel seen;
  co_return co_await rt::remote<waits_with_sentinel>(gate);
}
rt::task<int> catches_its_cancel(rt::object_ref<int> gate) {
  arrived.add();
  try {
    co_return co_await gate;
  } catch (const rt::task_cancelled_error&) {
    ++ended;
  }
  // It does not wait again.
  co_return co_await gate;
}

}  // namespace

TEST_CASE_METHOD(runtime_fixture, "cancel: ends a coroutine that waits", "[api]") {
  const support::closed gate(release);
  const auto held = held_back_ref(1);
  arrived.reset();
  ended = 0;
  const auto one = rt::remote<waits_with_sentinel>(held);
  arrived.wait_for(1);
  rt::cancel(one);
  CHECK_THROWS_AS(rt::get(one), rt::task_cancelled_error);
  CHECK(ended == 1);

  const auto two = rt::remote<waits_for_one_that_waits>(held);
  arrived.wait_for(2);
  rt::cancel(two);
  CHECK_THROWS_AS(rt::get(two), rt::task_cancelled_error);

  const auto three = rt::remote<catches_its_cancel>(held);
  arrived.wait_for(3);
  rt::cancel(three);
  CHECK_THROWS_AS(rt::get(three), rt::task_cancelled_error);
}

TEST_CASE_METHOD(runtime_fixture, "deadline: ends a coroutine that waits, and what it has called",
                 "[api]") {
  const support::closed gate(release);
  const auto held = held_back_ref(1);
  ended = 0;
  const auto late = rt::remote<waits_with_sentinel>.with({.deadline = 5ms})(held);
  CHECK_THROWS_AS(rt::get(late), rt::task_cancelled_error);
  const auto above = rt::remote<waits_for_one_that_waits>.with({.deadline = 5ms})(held);
  CHECK_THROWS_AS(rt::get(above), rt::task_cancelled_error);
}

namespace {

std::atomic<int> attempts{0};
rt::task<std::string> succeeds_later(std::string text, int failures) {
  co_await rt::remote<nothing>();
  if (++attempts <= failures) throw std::runtime_error("not yet");
  co_await rt::remote<nothing>();
  co_return text + std::to_string(rt::this_task::attempt());
}

rt::task<bool> keeps_its_id(rt::object_ref<int> gate) {
  const auto before = rt::this_task::id();
  const auto deadline = rt::this_task::deadline();
  arrived.add();
  co_await gate;
  co_return before == rt::this_task::id() && deadline == rt::this_task::deadline() &&
      deadline.has_value();
}

}  // namespace

TEST_CASE_METHOD(runtime_fixture, "coroutine: is run again when it throws and that was asked for",
                 "[api]") {
  attempts = 0;
  CHECK(rt::get(rt::remote<succeeds_later>.with({.max_retries = 3, .retry_exceptions = true})(
            "text", 2)) == "text2");
  attempts = 0;
  CHECK_THROWS_AS(rt::get(rt::remote<succeeds_later>.with(
                      {.max_retries = 1, .retry_exceptions = true})("text", 5)),
                  std::runtime_error);
  CHECK(attempts == 2);
}

TEST_CASE_METHOD(runtime_fixture, "this_task: of a coroutine is the same on every thread",
                 "[api]") {
  arrived.reset();
  rt::object_ref<bool> kept;
  {
    const support::closed gate(release);
    kept = rt::remote<keeps_its_id>.with({.deadline = 1h})(held_back_ref(1));
    arrived.wait_for(1);
  }
  CHECK(rt::get(kept));
}

namespace {

rt::task<int> holds_while_waiting(rt::object_ref<int> gate) {
  arrived.add();
  const int got = co_await gate;
  co_return got + static_cast<int>(rt::this_task::resources().size());
}
int takes_the_gpu() {
  ++ended;
  return 1;
}

}  // namespace

TEST_CASE("coroutine: gives back its CPUs while it waits, and nothing else", "[api]") {
  rt::config config = support::test_config(3);
  config.num_gpus = 1;
  const rt::runtime runtime(config);
  arrived.reset();
  ended = 0;
  rt::object_ref<int> first;
  rt::object_ref<int> second;
  {
    const support::closed gate(release);
    first = rt::remote<holds_while_waiting>.with({.num_cpus = 2, .num_gpus = 1})(held_back_ref(1));
    second = rt::remote<takes_the_gpu>.with({.num_gpus = 1})();
    arrived.wait_for(1);
    CHECK(rt::get(rt::remote<square>.with({.num_cpus = 2})(3)) == 9);
    CHECK(ended == 0);
  }
  CHECK(rt::get(first) == 3);
  CHECK(rt::get(second) == 1);
}

namespace {

support::gate own_is_known;
rt::object_ref<int> own;
rt::task<int> awaits_itself() {
  own_is_known.wait();
  co_return co_await own;
}
int gets(rt::object_ref<int> other) { return rt::get(other); }
int identity(int x) { return x; }
rt::task<int> awaits_who_gets_it() {
  own_is_known.wait();
  co_return co_await rt::remote<gets>(own);
}
rt::task<int> awaits_its_dependent() {
  own_is_known.wait();
  co_return co_await rt::remote<identity>(own);
}

}  // namespace

TEST_CASE_METHOD(runtime_fixture, "deadlock: a coroutine that waits for itself", "[api]") {
  for (auto call : {+[] { return rt::remote<awaits_itself>(); },
                    +[] { return rt::remote<awaits_who_gets_it>(); },
                    +[] { return rt::remote<awaits_its_dependent>(); }}) {
    {
      const support::closed gate(own_is_known);
      own = call();
    }
    const rt::object_ref<int> called = own;
    CHECK_THROWS_AS(rt::get(called), rt::deadlock_error);
    own = {};
  }
}

namespace {

rt::task<int> waits_for_ever(rt::object_ref<int> never_there) {
  const sentinel seen;
  arrived.add();
  co_return co_await never_there;
}
int until_cancelled() {
  while (!rt::this_task::cancelled()) rt::this_task::sleep_for(1ms);
  return 1;
}

}  // namespace

TEST_CASE("runtime: ends with coroutines that wait", "[api]") {
  arrived.reset();
  ended = 0;
  std::vector<rt::object_ref<int>> left;
  {
    rt::config config = support::test_config(2);
    config.shutdown_timeout = 10ms;
    const rt::runtime runtime(config);
    const auto endless = rt::remote<until_cancelled>();
    for (int i = 0; i < 100; ++i) left.push_back(rt::remote<waits_for_ever>(endless));
    left.push_back(rt::remote<waits_for_ever>.with({.num_cpus = 0.5})(endless));
    arrived.wait_for(101);
  }
  CHECK(ended == 101);
}
