#include "sim/process_clock.hpp"

#include <cstdint>
#include <set>

#include "sim/event_loop.hpp"
#include "sim/network.hpp"
#include "support/catch.hpp"

using rt::instant;
using rt::sim::event_loop;
using rt::sim::process_clock;

namespace {

constexpr instant second = 1'000'000'000;
constexpr instant begin = event_loop::start;

}  // namespace

TEST_CASE("process_clock: shows an offset, and gains or loses by its drift") {
  event_loop loop(1);
  const process_clock right(loop, 0, 0);
  const process_clock fast(loop, 5 * second, 50'000);
  const process_clock slow(loop, 0, -100);
  loop.run_until(begin + 100 * second);
  CHECK(right.now() == loop.now());
  CHECK(fast.now() == begin + 5 * second + 105 * second);
  CHECK(slow.now() == begin + 100 * second - second / 100);
}

TEST_CASE("process_clock: an event comes at the first instant at which the clock shows its time") {
  event_loop loop(1);
  for (const std::int64_t drift : {-50'000, -333, 0, 1, 777, 50'000}) {
    process_clock clock(loop, 17, drift);
    for (instant after = 1; after < 20'000; after = after * 3 + 1) {
      const instant when = clock.now() + after;
      const instant actual = clock.actual_of(when);
      CHECK(clock.shown_at(actual) >= when);
      CHECK(clock.shown_at(actual - 1) < when);
      bool came = false;
      clock.at(when, [&] {
        came = true;
        CHECK(loop.now() == actual);
      });
      loop.run_until(actual);
      CHECK(came);
    }
  }
}

TEST_CASE("process_clock: never stays never, and what is past comes now") {
  event_loop loop(1);
  process_clock clock(loop, 100 * second, -50'000);
  CHECK(clock.actual_of(rt::never) == rt::never);
  bool came = false;
  clock.at(3, [&] { came = true; });
  loop.run_until(loop.now());
  CHECK(came);
}

TEST_CASE("process_clock: by the seed some are right and some drift, each its own way") {
  event_loop loop(1);
  std::set<instant> begun;
  std::set<instant> gained;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    for (rt::sim::process_number process = 0; process < 4; ++process) {
      const auto clock = process_clock::from_seed(loop, seed, process);
      const instant now = clock.now();
      begun.insert(now);
      gained.insert(clock.shown_at(loop.now() + 1'000 * second) - now - 1'000 * second);
    }
  }
  CHECK(begun.size() == 200);
  CHECK(gained.size() > 120);
  CHECK(gained.count(0) == 1);
  CHECK(*gained.begin() >= -50 * second);
  CHECK(*gained.rbegin() <= 50 * second);
}

TEST_CASE("process_clock: has jumped for a process that was paused") {
  event_loop loop(1);
  rt::sim::network around(loop, {.seed = 1});
  const auto process = around.attach(0, nullptr);
  const process_clock clock(loop, 3, 1'000);
  around.pause(0);
  const instant asleep = clock.now();
  loop.run_until(loop.now() + 10 * second);
  around.resume(0);
  CHECK(clock.now() - asleep == 10 * second + second / 100);
}
