#include "sim/world_timeline.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/network.hpp"
#include "sim/random_strategy.hpp"
#include "sim/virtual_environment.hpp"
#include "support/catch.hpp"

using namespace rt::sim;

namespace {

/// A process with a fiber of its own, which parks until its hook wakes it.
struct fiber_process : rt::transport_events {
  fiber_process(world& here, network& net, process_number number)
      : environment(here, 1, number, nullptr), transport(net.attach(number, [this, &here] {
          word.fetch_add(1);
          here.wake({point_kind::park, &word}, 1);
        })) {}

  template <class Condition>
  void poll_until(Condition condition) {
    while (!condition()) {
      const std::uint32_t seen = word.load();
      transport->poll(*this, 16);
      if (!condition()) environment.park(word, seen, rt::never);
    }
  }

  void accepted(rt::connection_id on, const rt::address&) override { peer = on; }
  void opened(rt::connection_id on) override { peer = on; }
  void received(rt::connection_id on, std::span<const std::byte> frame) override {
    ++received_frames;
    if (echoes) transport->send(on, {.header = frame});
  }
  void writable(rt::connection_id) override {}
  void closed(rt::connection_id, rt::connection_end) override { ended = true; }

  virtual_environment environment;
  std::atomic<std::uint32_t> word{0};
  std::unique_ptr<rt::transport> transport;
  rt::connection_id peer = {};
  unsigned received_frames = 0;
  bool echoes = false;
  bool ended = false;
};

struct outcome {
  std::uint64_t network_hash;
  std::uint64_t world_hash;
  auto operator<=>(const outcome&) const = default;
};

/// One process asks a hundred times and another answers, each in a fiber.
outcome run(std::uint64_t seed) {
  random_strategy chooser(seed);
  world here(chooser);
  world_timeline time(here, seed);
  network net(time, {.seed = seed});
  fiber_process asks(here, net, 0);
  fiber_process answers(here, net, 1);
  answers.echoes = true;
  const auto place = answers.transport->listen(*rt::address::parse("sim://1:0"));
  int running = 2;
  here.start("answers", [&] {
    answers.poll_until([&] { return answers.ended; });
    if (--running == 0) time.stop();
  });
  here.start("asks", [&] {
    const auto to = asks.transport->connect(*place);
    asks.poll_until([&] { return static_cast<bool>(asks.peer); });
    const std::byte question{};
    for (unsigned i = 1; i <= 100; ++i) {
      asks.transport->send(*to, {.header = std::span(&question, 1)});
      asks.poll_until([&] { return asks.received_frames == i; });
    }
    asks.transport->close(*to);
    asks.poll_until([&] { return asks.ended; });
    if (--running == 0) time.stop();
  });
  here.run();
  CHECK(here.failure().empty());
  CHECK(answers.received_frames == 100);
  CHECK(here.now() > 100 * 2 * 20'000);
  return {net.hash(), here.hash()};
}

}  // namespace

TEST_CASE("world_timeline: fibers exchange frames, the same from the same seed") {
  std::vector<outcome> all;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const outcome first = run(seed);
    CHECK(run(seed) == first);
    all.push_back(first);
  }
  CHECK_FALSE(all[0] == all[1]);
}

TEST_CASE("world_timeline: events come in the order of time, as far as it is asked to go") {
  random_strategy chooser(1);
  world here(chooser);
  world_timeline time(here, 1);
  std::vector<rt::instant> seen;
  here.start("one", [&] {
    for (rt::instant when : {300, 100, 200}) {
      time.at(when, [&] { seen.push_back(time.now()); });
    }
    here.sleep({point_kind::user, &seen}, 250);
    time.stop();
  });
  here.run();
  CHECK(here.failure().empty());
  CHECK(seen == std::vector<rt::instant>{100, 200});
}
