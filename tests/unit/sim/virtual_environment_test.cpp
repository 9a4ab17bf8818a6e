#include "sim/virtual_environment.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/random_strategy.hpp"
#include "support/catch.hpp"

using namespace rt::sim;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr rt::instant second = 1'000'000'000;

/// One process in a world of its own.
struct universe {
  explicit universe(std::uint64_t seed)
      : chooser(seed),
        around(chooser),
        process(around, seed, 0, [this](const std::string& line) { lines.push_back(line); }) {}

  void run(std::function<void()> body) {
    around.start("driver", std::move(body));
    around.run();
  }

  random_strategy chooser;
  world around;
  virtual_environment process;
  std::vector<std::string> lines;
};

constexpr std::uint64_t seeds = 100;

}  // namespace

TEST_CASE("virtual_environment: a park ends by a wake, never lost") {
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    universe all(seed);
    std::atomic<std::uint32_t> word{0};
    all.run([&] {
      auto sleeper = all.process.start_thread("sleeper", [&] {
        while (word.load() == 0) all.process.park(word, 0, rt::never);
      });
      word.store(1);
      all.process.wake(word, 1);
    });
    CHECK(all.around.failure() == "");
    CHECK(all.around.now() == 0);
  }
}

TEST_CASE("virtual_environment: a forgotten wake is found as a deadlock") {
  std::uint64_t found = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    universe all(seed);
    std::atomic<std::uint32_t> word{0};
    all.run([&] {
      auto sleeper = all.process.start_thread("sleeper", [&] {
        while (word.load() == 0) all.process.park(word, 0, rt::never);
      });
      word.store(1);
    });
    found += all.around.failed();
    if (all.around.failed()) {
      CHECK_THAT(all.around.failure(), ContainsSubstring("\"sleeper\" sleeps in park"));
      CHECK_THAT(all.around.failure(),
                 ContainsSubstring("\"driver\" sleeps in join, waiting for fiber 1"));
    }
  }
  CHECK(found > 10);
  CHECK(found < seeds);
}

TEST_CASE("virtual_environment: a deadline ends a park in virtual time") {
  universe all(1);
  all.run([&] {
    std::atomic<std::uint32_t> word{0};
    const rt::instant until = all.process.now() + 3'600 * second;
    while (all.process.now() < until) all.process.park(word, 0, until);
    CHECK(all.process.now() == until);
    all.process.park(word, 0, 0);
    CHECK(all.process.now() == until);
  });
  CHECK_FALSE(all.around.failed());
}

TEST_CASE("virtual_environment: parks end early now and then, as the kernel's may") {
  std::uint64_t early = 0;
  for (std::uint64_t seed = 0; seed < 1'000; ++seed) {
    universe all(seed);
    all.run([&] {
      std::atomic<std::uint32_t> word{0};
      const rt::instant until = all.process.now() + second;
      all.process.park(word, 0, until);
      early += all.process.now() < until;
    });
  }
  CHECK(early > 0);
  CHECK(early < 100);
}

TEST_CASE("virtual_environment: the alarm comes once for each setting") {
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    universe all(seed);
    std::vector<rt::instant> rings;
    all.run([&] {
      const rt::instant start = all.process.now();
      auto standby = all.process.start_thread("standby", [&] {
        for (int i = 0; i < 2; ++i) {
          all.process.wait_alarm();
          rings.push_back(all.process.now() - start);
        }
      });
      std::atomic<std::uint32_t> word{0};
      const auto sleep_until = [&](rt::instant until) {
        while (all.process.now() < until) all.process.park(word, 0, until);
      };
      all.process.set_alarm(start + 10 * second);
      all.process.set_alarm(start + 2 * second);
      sleep_until(start + 5 * second);
      all.process.set_alarm(start + 6 * second);
      all.process.set_alarm(rt::never);
      sleep_until(start + 8 * second);
      all.process.set_alarm(0);  // the past: at once
    });
    CHECK(all.around.failure() == "");
    CHECK(rings == std::vector<rt::instant>{2 * second, 8 * second});
  }
}

TEST_CASE("virtual_environment: what it draws follows from seed and process alone") {
  const auto draw = [](std::uint64_t seed, std::uint64_t process) {
    random_strategy chooser(seed);
    world around(chooser);
    return virtual_environment(around, seed, process, {}).random();
  };
  CHECK(draw(1, 0) == draw(1, 0));
  CHECK(draw(1, 0) != draw(1, 1));
  CHECK(draw(1, 0) != draw(2, 0));
}

TEST_CASE("virtual_environment: log lines go to the sink") {
  universe all(1);
  all.run([&] { all.process.log("a line"); });
  CHECK(all.lines == std::vector<std::string>{"a line"});
}

TEST_CASE("virtual_environment: the stack limit is the fiber's own and leaves room") {
  universe all(1);
  all.run([&] {
    char here = 0;
    const auto limit = all.process.stack_limit();
    CHECK(limit < reinterpret_cast<std::uintptr_t>(&here));
    CHECK(reinterpret_cast<std::uintptr_t>(&here) - limit > (std::size_t{7} << 20));
    *reinterpret_cast<volatile char*>(limit) = 1;
  });
  CHECK_FALSE(all.around.failed());
}

TEST_CASE("virtual_environment: the trace hash is the same for the same seed") {
  const auto hash = [](std::uint64_t seed) {
    universe all(seed);
    std::atomic<std::uint32_t> word{0};
    all.run([&] {
      std::vector<std::unique_ptr<rt::environment::thread>> threads;
      for (int i = 0; i < 3; ++i) {
        threads.push_back(all.process.start_thread("worker", [&, i] {
          for (int round = 0; round < 5; ++round) {
            ++word;
            all.process.wake(word, 1);
            const auto seen = word.load();
            all.process.park(word, seen, all.process.now() + 1'000 * (1 + i));
          }
        }));
      }
    });
    CHECK_FALSE(all.around.failed());
    return all.around.hash();
  };
  // Pinned: a change here changes every recorded trace.
  CHECK(hash(1) == 0xf16d7bb7a5889b18U);
  CHECK(hash(1) == hash(1));
  CHECK(hash(1) != hash(2));
}
