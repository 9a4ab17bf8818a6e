#include "sim/event_loop.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "support/catch.hpp"

using rt::sim::event_loop;

namespace {

/// Returns the order in which events of one instant come.
std::string order_of_equals(std::uint64_t seed) {
  event_loop loop(seed);
  std::string order;
  for (char each : {'a', 'b', 'c', 'd'}) {
    loop.at(event_loop::start + 5, [&order, each] { order += each; });
  }
  loop.run_until(event_loop::start + 5);
  return order;
}

}  // namespace

TEST_CASE("event_loop: leaps from event to event, in the order of time") {
  event_loop loop(1);
  std::vector<rt::instant> seen;
  for (rt::instant after : {30, 10, 20}) {
    loop.at(event_loop::start + after, [&] { seen.push_back(loop.now() - event_loop::start); });
  }
  CHECK(loop.next() == event_loop::start + 10);
  while (loop.step()) {
  }
  CHECK(seen == std::vector<rt::instant>{10, 20, 30});
  CHECK(loop.next() == rt::never);
  CHECK(loop.steps() == 3);
}

TEST_CASE("event_loop: runs what is due by a limit and no more, and has that be the time") {
  event_loop loop(1);
  int ran = 0;
  loop.at(event_loop::start + 10, [&] { ++ran; });
  loop.at(event_loop::start + 11, [&] { ++ran; });
  loop.run_until(event_loop::start + 10);
  CHECK(ran == 1);
  CHECK_FALSE(loop.step(event_loop::start + 10));
  loop.run_until(event_loop::start + 100);
  CHECK(ran == 2);
  CHECK(loop.now() == event_loop::start + 100);
}

TEST_CASE("event_loop: what is asked for in the past comes after the event that asks") {
  event_loop loop(1);
  std::string order;
  loop.at(event_loop::start + 10, [&] {
    loop.at(event_loop::start, [&] { order += 'b'; });
    order += 'a';
  });
  loop.run_until(event_loop::start + 10);
  CHECK(order == "ab");
}

TEST_CASE("event_loop: the seed orders events of one instant, and the same seed the same") {
  std::set<std::string> orders;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const std::string order = order_of_equals(seed);
    CHECK(order_of_equals(seed) == order);
    orders.insert(order);
  }
  CHECK(orders.size() == 24);
}
