#include "sim/world.hpp"

#include <exception>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/random_strategy.hpp"
#include "sim/random_stream.hpp"
#include "sim/strategy.hpp"
#include "support/catch.hpp"

using namespace rt::sim;
using Catch::Matchers::ContainsSubstring;

namespace {

void step() { world::active()->point({point_kind::user, access::none, nullptr, 0}); }

/// Has whoever can go on for longest go on.
class first_in_line : public strategy {
 public:
  std::size_t pick(const std::vector<fiber*>&, const fiber*) noexcept override { return 0; }
};

/// Runs three fibers that write their letter at each of their steps.
std::string letters(std::uint64_t seed) {
  random_strategy chooser(seed);
  world here(chooser);
  std::string written;
  for (char letter : {'a', 'b', 'c'}) {
    here.start(std::string(1, letter), [&written, letter] {
      for (int i = 0; i < 4; ++i) {
        written += letter;
        step();
      }
    });
  }
  here.run();
  CHECK(here.failure().empty());
  return written;
}

}  // namespace

TEST_CASE("world: runs every fiber to its end") {
  const std::string written = letters(1);
  CHECK(std::multiset<char>(written.begin(), written.end()) ==
        std::multiset<char>{'a', 'a', 'a', 'a', 'b', 'b', 'b', 'b', 'c', 'c', 'c', 'c'});
}

TEST_CASE("world: the seed chooses the order, and the same seed the same") {
  std::set<std::string> orders;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const std::string written = letters(seed);
    CHECK(letters(seed) == written);
    orders.insert(written);
  }
  CHECK(orders.size() > 30);
}

TEST_CASE("world: a world without fibers ends at once") {
  random_strategy chooser(1);
  world here(chooser);
  here.run();
  CHECK_FALSE(here.failed());
}

TEST_CASE("world: nothing is active outside a run") {
  CHECK(world::active() == nullptr);
  letters(1);
  CHECK(world::active() == nullptr);
}

TEST_CASE("world: sleeping leaps over time") {
  random_strategy chooser(1);
  world here(chooser);
  std::vector<rt::instant> ends;
  for (rt::instant until : {3'000'000'000LL, 1'000'000'000LL, 2'000'000'000LL}) {
    here.start("sleeper", [&, until] {
      CHECK_FALSE(here.sleep({point_kind::park, &ends}, until));
      ends.push_back(here.now());
    });
  }
  here.run();
  CHECK(ends == std::vector<rt::instant>{1'000'000'000, 2'000'000'000, 3'000'000'000});
  CHECK(here.now() == 3'000'000'000);
}

TEST_CASE("world: a step may take time, which lets a deadline come while others run") {
  random_strategy chooser(1);
  world here(chooser, {.steps_max = 10'000, .step_time = 10});
  bool late = false;
  here.start("sleeper", [&] {
    here.sleep({point_kind::park, &late}, 1'000);
    late = true;
  });
  here.start("busy", [&] {
    while (!late) step();
  });
  here.run();
  CHECK_FALSE(here.failed());
  CHECK(here.now() >= 1'000);
}

TEST_CASE("world: spinning passes time until a deadline comes") {
  random_strategy chooser(1);
  world here(chooser);
  bool there = false;
  for (int i = 0; i < 2; ++i) {
    here.start("spinner", [&] {
      while (!there) {
        step();
        here.spin(point_kind::relax);
      }
    });
  }
  here.start("sleeper", [&] {
    here.sleep({point_kind::park, &there}, 100'000);
    there = true;
  });
  here.run();
  CHECK_FALSE(here.failed());
}

TEST_CASE("world: wakes as many sleepers as asked, of that key alone") {
  random_strategy chooser(5);
  world here(chooser);
  int key = 0;
  int other = 0;
  int woken = 0;
  int at_deadline = 0;
  for (int i = 0; i < 5; ++i) {
    here.start("sleeper", [&] {
      ++(here.sleep({point_kind::park, &key}, 100) ? woken : at_deadline);
    });
  }
  here.start("elsewhere", [&] {
    ++(here.sleep({point_kind::park, &other}, 100) ? woken : at_deadline);
  });
  here.start("waker", [&] {
    here.sleep({point_kind::park, &here}, 50);
    here.wake({point_kind::park, &key}, 2);
  });
  here.run();
  CHECK(woken == 2);
  CHECK(at_deadline == 4);
}

TEST_CASE("world: join waits for a fiber's end") {
  random_strategy chooser(2);
  world here(chooser);
  std::string order;
  here.start("parent", [&] {
    fiber& child = here.start("child", [&] {
      here.sleep({point_kind::park, &order}, 1'000);
      order += "child ";
    });
    here.join(child);
    order += "parent";
  });
  here.run();
  CHECK(order == "child parent");
}

TEST_CASE("world: a deadlock names who waits for what") {
  random_strategy chooser(3);
  world here(chooser);
  int words[2];
  here.start("left", [&] { here.sleep({point_kind::park, &words[0]}, rt::never); });
  here.start("right", [&] { here.sleep({point_kind::park, &words[1]}, rt::never); });
  here.run();
  REQUIRE(here.failed());
  CHECK_THAT(here.failure(), ContainsSubstring("deadlock at 0.000000 ms"));
  CHECK_THAT(here.failure(), ContainsSubstring("fiber 0 \"left\" sleeps in park on word"));
  CHECK_THAT(here.failure(), ContainsSubstring("fiber 1 \"right\" sleeps in park on word"));
}

TEST_CASE("world: a run without end is ended") {
  random_strategy chooser(3);
  world here(chooser, {.steps_max = 1'000, .step_time = 0});
  here.start("endless", [&] {
    for (;;) step();
  });
  here.run();
  CHECK_THAT(here.failure(), ContainsSubstring("no end after 1000 steps"));
  CHECK_THAT(here.failure(), ContainsSubstring("\"endless\" can go on, before user"));
}

TEST_CASE("world: an exception that leaves a fiber is the run's failure") {
  random_strategy chooser(3);
  world here(chooser);
  here.start("thrower", [] { throw std::runtime_error("no good"); });
  here.run();
  CHECK(here.failure() == "fiber 0 \"thrower\" threw: no good");
}

TEST_CASE("world: fail ends the run where it is") {
  random_strategy chooser(3);
  world here(chooser);
  bool after = false;
  here.start("failing", [&] {
    here.fail("found it");
    after = true;
  });
  here.run();
  CHECK(here.failure() == "found it");
  CHECK_FALSE(after);
}

TEST_CASE("world: each fiber handles its own exceptions") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    random_strategy chooser(seed);
    world here(chooser);
    int right = 0;
    for (int number = 0; number < 4; ++number) {
      here.start("catcher", [&right, number] {
        try {
          throw number;
        } catch (int) {
          for (int i = 0; i < 5; ++i) step();
          try {
            throw;  // rethrows what this fiber handles, whatever others have thrown since
          } catch (int caught) {
            right += caught == number;
          }
        }
        step();
        right += std::uncaught_exceptions() == 0;
      });
    }
    here.run();
    CHECK(right == 8);
  }
}

TEST_CASE("world: each fiber has its own thread context, which ends with it") {
  random_strategy chooser(1);
  world here(chooser);
  rt::detail::thread_context* const outside = rt::detail::current_context;
  std::set<rt::detail::thread_context*> seen;
  static int left;
  left = 0;
  for (int i = 0; i < 3; ++i) {
    here.start("one", [&] {
      auto* const own = rt::detail::current_context;
      seen.insert(own);
      own->leave = [](rt::detail::thread_context& context) noexcept {
        left += &context == rt::detail::current_context;
        step();
      };
      for (int round = 0; round < 10; ++round) {
        step();
        CHECK(rt::detail::current_context == own);
      }
    });
  }
  here.run();
  CHECK(seen.size() == 3);
  CHECK(left == 3);
  CHECK(rt::detail::current_context == outside);
}

TEST_CASE("world: many fibers one after another use few stacks") {
  random_strategy chooser(1);
  world here(chooser);
  int ran = 0;
  here.start("parent", [&] {
    for (int i = 0; i < 2'000; ++i) here.join(here.start("child", [&] { ++ran; }));
  });
  here.run();
  CHECK(ran == 2'000);
}

TEST_CASE("world: floating point settings and deep stacks belong to the fiber") {
  random_strategy chooser(1);
  world here(chooser);
  double sum = 0;
  struct digger {
    static int dig(int depth) {
      volatile char room[1024] = {};
      return depth == 0 ? room[0] : dig(depth - 1) + 1;
    }
  };
  int depth = 0;
  here.start("deep", [&] { depth = digger::dig(2'000); });
  here.start("float", [&] {
    for (int i = 1; i <= 4; ++i) {
      sum += 1.0 / i;
      step();
    }
  });
  here.run();
  CHECK(depth == 2'000);
  CHECK(sum == Approx(2.0833333));
}

TEST_CASE("world: of many that sleep on many words, each is woken by its word, in order") {
  constexpr int words = 40;
  constexpr int sleepers_each = 5;
  first_in_line chooser;  // wakes who slept first
  world here(chooser);
  std::vector<int> keys(words);
  std::vector<std::string> woken(words);
  for (int each = 0; each < sleepers_each; ++each) {
    for (int word = 0; word < words; ++word) {
      here.start("sleeper", [&, word, each] {
        const auto key = sleep_key{point_kind::park, &keys[static_cast<std::size_t>(word)]};
        CHECK(here.sleep(key, rt::never));
        woken[static_cast<std::size_t>(word)] += std::to_string(each);
      });
    }
  }
  here.start("waker", [&] {
    for (int word = words - 1; word >= 0; --word) {
      here.wake({point_kind::park, &keys[static_cast<std::size_t>(word)]}, UINT32_MAX);
    }
  });
  here.run();
  CHECK(here.failure().empty());
  for (const std::string& each : woken) CHECK(each == "01234");
}

TEST_CASE("world: of many deadlines, some moved, each comes at its time") {
  constexpr std::size_t count = 200;
  random_strategy chooser(7);
  random_stream numbers(7);
  world here(chooser);
  std::vector<rt::instant> due(count);
  std::vector<rt::instant> woken(count);
  for (std::size_t i = 0; i < count; ++i) {
    due[i] = numbers.between(1'000, 100'000);
    here.start("sleeper", [&, i, until = due[i]] {
      CHECK_FALSE(here.sleep({point_kind::park, &due[i]}, until));
      woken[i] = here.now();
    });
  }
  here.start("mover", [&] {
    here.sleep({point_kind::park, &here}, 500);
    for (int moves = 0; moves < 300; ++moves) {
      const std::size_t which = numbers.below(count);
      due[which] = numbers.between(501, 200'000);
      here.move_deadline({point_kind::park, &due[which]}, due[which]);
    }
  });
  here.run();
  CHECK(here.failure().empty());
  CHECK(woken == due);
}
