#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <rt/rt.hpp>
#include <rt/sim.hpp>

#include "sim/random_stream.hpp"
#include "sim/workload.hpp"

// Generators and those who take from them, blocking or as coroutines, slower or faster; streams that
// are dropped, that end with an exception, whose producer is cancelled. What is taken comes in order,
// and no more lies untaken than may.

namespace {

constexpr int untaken_max = 16;

struct tally {
  int yielded = 0;
  int taken = 0;
};
std::vector<tally> tallies;

int leaf(int value) { return value; }

rt::generator<int> numbers_of(std::uint64_t index, int count, bool throws, std::uint64_t seed) {
  rt::sim::random_stream numbers(seed, 31);
  for (int i = 0; i < count; ++i) {
    int value = i;
    if (numbers.one_in(5)) {
      rt::this_task::sleep_for(std::chrono::nanoseconds(numbers.between(0, 50'000)));
    }
    if (numbers.one_in(4)) value = co_await rt::remote<leaf>(i);
    tally& mine = tallies[index];
    ++mine.yielded;
    // One is with who takes, and one is on its way.
    rt::sim::check(mine.yielded - mine.taken <= untaken_max + 1, "a producer did not wait");
    co_yield value;
  }
  if (throws) throw std::out_of_range("at the end");
}

/// Takes one. Shape: false at the exception that ends it.
bool take(std::uint64_t index, rt::object_ref<int> ref, int& expected) {
  ++tallies[index].taken;
  try {
    const int got = rt::get(std::move(ref));
    rt::sim::check(got == expected, "a stream is out of order");
    ++expected;
    return true;
  } catch (const std::out_of_range&) {
    return false;
  }
}

int takes(std::uint64_t index, int count, bool throws, std::uint64_t seed, int limit) {
  rt::sim::random_stream numbers(seed, 32);
  int expected = 0;
  bool failed = false;
  auto stream = rt::remote<numbers_of>(index, count, throws, numbers.next());
  for (auto& each : stream) {
    rt::sim::check(!failed, "a stream goes on behind its exception");
    failed = !take(index, std::move(each), expected);
    if (numbers.one_in(6)) {
      rt::this_task::sleep_for(std::chrono::nanoseconds(numbers.between(0, 100'000)));
    }
    if (expected == limit) return expected;
  }
  rt::sim::check(failed == throws && expected == count, "a stream ended early");
  return expected;
}

rt::task<int> takes_as_coroutine(std::uint64_t index, int count, bool throws, std::uint64_t seed,
                                 int limit) {
  int expected = 0;
  bool failed = false;
  auto stream = rt::remote<numbers_of>(index, count, throws, seed);
  while (auto each = co_await stream.next()) {
    rt::sim::check(!failed, "a stream goes on behind its exception");
    failed = !take(index, std::move(each), expected);
    if (expected == limit) co_return expected;
  }
  rt::sim::check(failed == throws && expected == count, "a stream ended early");
  co_return expected;
}

}  // namespace

void workloads::streams(std::uint64_t seed) {
  rt::sim::random_stream numbers(seed, 17);
  const std::uint64_t several = numbers.below(4) + 1;
  tallies.assign(several, {});
  std::vector<rt::object_ref<int>> takers;
  for (std::uint64_t i = 0; i < several; ++i) {
    const int count = static_cast<int>(numbers.between(0, 40));
    const bool throws = numbers.one_in(3);
    const int limit = numbers.one_in(3) ? static_cast<int>(numbers.between(1, 20)) : -1;
    const std::uint64_t own = numbers.next();
    switch (numbers.below(3)) {
      case 0: takes(i, count, throws, own, limit); break;
      case 1: takers.push_back(rt::remote<takes>(i, count, throws, own, limit)); break;
      default: takers.push_back(rt::remote<takes_as_coroutine>(i, count, throws, own, limit));
    }
    if (!takers.empty() && numbers.one_in(6)) rt::cancel(takers.back());
  }
  if (numbers.one_in(4)) return;
  for (const auto& each : takers) {
    try {
      rt::get(each);
    } catch (const rt::task_cancelled_error&) {
    }
  }
}
