#include "sim/network.hpp"

#include <chrono>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "sim/event_loop.hpp"
#include "support/catch.hpp"

using namespace rt::sim;
using namespace std::chrono_literals;
using rt::connection_end;
using rt::connection_id;

namespace {

/// A process that polls whenever its hook is called, and notes what it hears.
struct process : rt::transport_events {
  process(network& net, event_loop& loop, process_number number)
      : number(number), transport(net.attach(number, [this, &loop] {
          loop.at(loop.now(), [this] {
            while (transport->poll(*this, 16)) {
            }
          });
        })) {}

  connection_id connect_to(process& other) {
    if (!other.place)
      other.place = *other.transport->listen(
          *rt::address::parse("sim://" + std::to_string(other.number) + ":0"));
    return *transport->connect(*other.place);
  }
  rt::send_status send(connection_id on, std::uint32_t value) {
    return transport->send(on, {.header = std::as_bytes(std::span(&value, 1))});
  }

  void accepted(connection_id on, const rt::address&) override { accepts.push_back(on); }
  void opened(connection_id on) override { opens.push_back(on); }
  void received(connection_id, std::span<const std::byte> frame) override {
    std::uint32_t value = 0;
    std::memcpy(&value, frame.data(), sizeof value);
    values.push_back(value);
    heard_at = now ? now() : 0;
  }
  void writable(connection_id) override {}
  void closed(connection_id on, connection_end why) override { ends[on] = why; }

  process_number number;
  std::unique_ptr<simulated_transport> transport;
  std::optional<rt::address> place;
  std::vector<connection_id> accepts;
  std::vector<connection_id> opens;
  std::vector<std::uint32_t> values;
  std::map<connection_id, connection_end> ends;
  std::function<rt::instant()> now;
  rt::instant heard_at = 0;
};

/// Two processes, and a connection from `a` to `b`.
struct pair {
  explicit pair(network_options options)
      : loop(options.seed), net(loop, options), a(net, loop, 0), b(net, loop, 1) {
    a.now = b.now = [this] { return loop.now(); };
    near = a.connect_to(b);
    pass(50ms);
    a.send(near, 0);  // by which a lossy one is seen at the other side
    pass(50ms);
    b.values.clear();
    if (!b.accepts.empty()) far = b.accepts.front();
  }

  void pass(std::chrono::nanoseconds length) { loop.run_until(loop.now() + length.count()); }

  event_loop loop;
  network net;
  process a;
  process b;
  connection_id near;
  connection_id far;
};

network_options lossy(harm_rates harm) {
  network_options options{.seed = 7, .mode = network_mode::lossy};
  options.harm = harm;
  return options;
}

/// Sends 10,000 numbered frames, not too close to one another.
void send_ten_thousand(pair& both) {
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    REQUIRE(both.a.send(both.near, i) == rt::send_status::taken);
    both.pass(10us);
  }
  both.pass(1s);
}

}  // namespace

TEST_CASE("network: frames take the delay they are to take, on average") {
  pair both({.seed = 1, .delay_min = 100us, .delay_mean = 300us});
  rt::instant sum = 0;
  rt::instant least = rt::never;
  for (std::uint32_t i = 0; i < 2'000; ++i) {
    const rt::instant sent = both.loop.now();
    both.a.send(both.near, i);
    both.pass(20ms);
    sum += both.b.heard_at - sent;
    least = std::min(least, both.b.heard_at - sent);
  }
  CHECK(both.b.values.size() == 2'000);
  CHECK(least >= 100'000);
  CHECK(least < 105'000);
  CHECK(sum / 2'000 > 280'000);
  CHECK(sum / 2'000 < 320'000);
}

TEST_CASE("network: bandwidth is what it is set to") {
  network_options options{.seed = 1, .delay_min = 0us, .delay_mean = 0us};
  options.bandwidth_bytes_per_s = 1'000'000;
  pair both(options);
  const std::vector<std::byte> frame(9'992);  // and its own weight
  const rt::instant sent = both.loop.now();
  for (int i = 0; i < 10; ++i) both.a.transport->send(both.near, {.header = frame});
  both.pass(1s);
  CHECK(both.b.values.size() == 10);
  CHECK(both.b.heard_at - sent == 100'000'000);
}

TEST_CASE("network: loses as many frames as it is told to") {
  pair both(lossy({.loss_ppm = 50'000}));
  send_ten_thousand(both);
  const std::size_t lost = 10'000 - both.b.values.size();
  CHECK(lost > 430);
  CHECK(lost < 570);
  CHECK(both.net.counts().frames_lost >= lost);
  CHECK(std::is_sorted(both.b.values.begin(), both.b.values.end()));
}

TEST_CASE("network: doubles as many frames as it is told to") {
  pair both(lossy({.doubling_ppm = 50'000}));
  send_ten_thousand(both);
  const std::size_t doubled = both.b.values.size() - 10'000;
  CHECK(doubled > 430);
  CHECK(doubled < 570);
  CHECK(std::set<std::uint32_t>(both.b.values.begin(), both.b.values.end()).size() == 10'000);
}

TEST_CASE("network: holds back as many frames as it is told to, and others overtake them") {
  pair both(lossy({.reordering_ppm = 50'000}));
  send_ten_thousand(both);
  REQUIRE(both.b.values.size() == 10'000);
  const std::uint64_t held = both.net.counts().frames_reordered;
  CHECK(held > 430);
  CHECK(held < 570);
  std::size_t overtaken = 0;
  for (std::size_t i = 1; i < 10'000; ++i) overtaken += both.b.values[i] < both.b.values[i - 1];
  CHECK(overtaken > 300);
  CHECK(overtaken <= held);
}

TEST_CASE("network: does no harm that it is not told to do") {
  pair both(lossy({}));
  send_ten_thousand(both);
  CHECK(both.b.values.size() == 10'000);
  CHECK(std::is_sorted(both.b.values.begin(), both.b.values.end()));
}

TEST_CASE("network: streams break as often as told, and after a first part of the frames") {
  network_options options{.seed = 3};
  options.harm = {.reset_ppm = 10'000};
  pair both(options);
  unsigned broken = 0;
  for (int round = 0; round < 2'000; ++round) {
    const connection_id on = both.a.connect_to(both.b);
    both.pass(10ms);
    both.b.values.clear();
    for (std::uint32_t i = 0; i < 10; ++i) both.a.send(on, i);
    both.pass(100ms);
    for (std::uint32_t i = 0; i < both.b.values.size(); ++i) CHECK(both.b.values[i] == i);
    if (both.a.ends.count(on) == 0) {
      CHECK(both.b.values.size() == 10);
      both.a.transport->close(on);
      continue;
    }
    ++broken;
    CHECK(both.a.ends[on] == connection_end::lost);
  }
  CHECK(broken > 150);  // 1 - 0.99^10 of 2,000 are 191
  CHECK(broken < 235);
  CHECK(both.net.counts().resets >= broken);
}

TEST_CASE("network: a reset is told to both sides") {
  pair both({.seed = 4});
  both.net.reset(both.far);
  CHECK(both.a.send(both.near, 1) == rt::send_status::taken);  // it does not know yet
  both.pass(10ms);
  CHECK(both.a.ends.at(both.near) == connection_end::lost);
  CHECK(both.b.ends.at(both.far) == connection_end::lost);
  CHECK(both.b.values.empty());
  CHECK(both.net.connections() == 0);
}

TEST_CASE("network: what a short partition holds up comes when it is healed") {
  pair both({.seed = 5});
  both.net.partition(0, 1);
  both.a.send(both.near, 1);
  both.b.send(both.far, 2);
  both.pass(500ms);
  CHECK(both.a.values.empty());
  CHECK(both.b.values.empty());
  both.net.heal();
  both.pass(10ms);
  CHECK(both.a.values == std::vector<std::uint32_t>{2});
  CHECK(both.b.values == std::vector<std::uint32_t>{1});
  CHECK(both.a.ends.empty());
}

TEST_CASE("network: a long partition has both sides of a stream lose it, each in its time") {
  pair both({.seed = 6});
  both.net.partition(1, 0);
  both.pass(500ms);
  CHECK(both.a.ends.empty());
  CHECK(both.b.ends.empty());
  both.pass(20s);
  CHECK(both.a.ends.at(both.near) == connection_end::lost);
  CHECK(both.b.ends.at(both.far) == connection_end::lost);
  const connection_id again = both.a.connect_to(both.b);
  both.pass(6s);
  CHECK(both.a.ends.at(again) == connection_end::unreachable);
  both.net.heal();
  both.a.connect_to(both.b);
  both.pass(10ms);
  CHECK(both.a.opens.size() == 2);
  CHECK(both.net.connections() == 1);
}

TEST_CASE("network: one way is cut and the other is not") {
  pair both({.seed = 8});
  both.net.partition_one_way(0, 1);
  both.a.send(both.near, 1);
  both.b.send(both.far, 2);
  both.pass(500ms);
  CHECK(both.a.values == std::vector<std::uint32_t>{2});
  CHECK(both.b.values.empty());
  both.net.heal();
  both.pass(10ms);
  CHECK(both.b.values == std::vector<std::uint32_t>{1});
}

TEST_CASE("network: a lossy network loses what is sent into a partition, and says nothing") {
  pair both(lossy({}));
  both.net.partition(0, 1);
  for (std::uint32_t i = 0; i < 10; ++i) both.a.send(both.near, i);
  both.pass(60s);
  both.net.heal();
  both.a.send(both.near, 10);
  both.pass(10ms);
  CHECK(both.b.values == std::vector<std::uint32_t>{10});
  CHECK(both.a.ends.empty());
  CHECK(both.net.counts().frames_dropped == 10);
}

TEST_CASE("network: isolation cuts one process from all others and no two of those") {
  event_loop loop(1);
  network net(loop, {.seed = 1});
  process a(net, loop, 0);
  process b(net, loop, 1);
  process c(net, loop, 2);
  const connection_id to_b = a.connect_to(b);
  const connection_id to_c = a.connect_to(c);
  loop.run_until(loop.now() + 10'000'000);
  net.isolate(2);
  a.send(to_b, 1);
  a.send(to_c, 2);
  loop.run_until(loop.now() + 100'000'000);
  CHECK(b.values == std::vector<std::uint32_t>{1});
  CHECK(c.values.empty());
  net.heal();
  loop.run_until(loop.now() + 100'000'000);
  CHECK(c.values == std::vector<std::uint32_t>{2});
}

TEST_CASE("network: a clog lets nothing leave in one direction for its length") {
  pair both({.seed = 9});
  both.net.clog(0, 1, 300ms);
  both.a.send(both.near, 1);
  both.b.send(both.far, 2);
  both.pass(299ms);
  CHECK(both.a.values == std::vector<std::uint32_t>{2});
  CHECK(both.b.values.empty());
  both.pass(10ms);
  CHECK(both.b.values == std::vector<std::uint32_t>{1});
  both.net.clog(0, 1, 1h);
  both.a.send(both.near, 3);
  both.pass(1s);
  both.net.heal();
  both.pass(10ms);
  CHECK(both.b.values == std::vector<std::uint32_t>{1, 3});
}

TEST_CASE("network: for a paused process events wait") {
  pair both({.seed = 10});
  both.net.pause(1);
  CHECK(both.net.paused(1));
  both.a.send(both.near, 1);
  both.pass(1min);
  CHECK_FALSE(both.b.transport->poll(both.b, 16));
  CHECK(both.b.values.empty());
  CHECK(both.a.ends.empty());
  both.net.resume(1);
  both.pass(10ms);
  CHECK(both.b.values == std::vector<std::uint32_t>{1});
}

TEST_CASE("network: of what a process had sent when it died a first part arrives, by the seed") {
  std::set<std::size_t> parts;
  unsigned at_once = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    pair both({.seed = seed});
    for (std::uint32_t i = 0; i < 10; ++i) both.b.send(both.far, i);
    both.net.crash(1);
    both.pass(500ms);
    at_once += both.a.ends.count(both.near) != 0;
    both.pass(25s);
    REQUIRE(both.a.ends.at(both.near) == connection_end::lost);
    for (std::uint32_t i = 0; i < both.a.values.size(); ++i) CHECK(both.a.values[i] == i);
    parts.insert(both.a.values.size());
    CHECK(both.net.connections() == 0);
  }
  CHECK(parts.size() == 11);
  CHECK(at_once > 70);
  CHECK(at_once < 130);
}

TEST_CASE("network: a lossy connection goes on with a process that has begun anew") {
  pair both(lossy({}));
  both.net.crash(1);
  both.a.send(both.near, 1);
  both.pass(1s);
  process anew(both.net, both.loop, 1);
  REQUIRE(anew.transport->listen(*both.b.place));
  both.a.send(both.near, 2);
  both.pass(10ms);
  CHECK(anew.accepts.size() == 1);
  CHECK(anew.values == std::vector<std::uint32_t>{2});
  CHECK(both.b.values.empty());
  CHECK(both.a.ends.empty());
}

TEST_CASE("network: a lossy connection whose other end has died says nothing of it") {
  pair both(lossy({}));
  both.net.crash(0);
  for (std::uint32_t i = 0; i < 10; ++i) both.b.send(both.far, i);
  both.pass(1min);
  CHECK(both.b.ends.empty());
}

TEST_CASE("network: a lossy goodbye that was lost is said again to who still sends") {
  pair both(lossy({.loss_ppm = 1'000'000}));
  REQUIRE(both.b.accepts.empty());  // nor was anything else heard
  both.net.set_harm({});
  both.a.send(both.near, 1);
  both.pass(10ms);
  const connection_id far = both.b.accepts.at(0);
  both.net.set_harm({.loss_ppm = 1'000'000});
  both.a.transport->close(both.near);
  both.pass(10ms);
  CHECK(both.a.ends.at(both.near) == connection_end::asked);
  both.net.set_harm({});
  both.pass(1min);
  CHECK(both.b.ends.empty());
  both.b.send(far, 1);
  both.pass(10ms);
  CHECK(both.b.ends.at(far) == connection_end::left);
}

TEST_CASE("network: one that begins anew is another to streams") {
  pair both({.seed = 11});
  both.net.crash(1);
  process anew(both.net, both.loop, 1);
  REQUIRE(anew.transport->listen(*both.b.place));
  both.a.send(both.near, 1);
  both.pass(25s);
  CHECK(both.a.ends.at(both.near) == connection_end::lost);
  CHECK(anew.values.empty());
  CHECK(anew.accepts.empty());
}

TEST_CASE("network: a fault more shifts nothing on other connections") {
  const auto run = [](bool harmed) {
    event_loop loop(1);
    network net(loop, {.seed = 1});
    process a(net, loop, 0);
    process b(net, loop, 1);
    process c(net, loop, 2);
    const connection_id to_c = a.connect_to(c);
    const connection_id to_b = a.connect_to(b);
    c.now = [&] { return loop.now(); };
    loop.run_until(loop.now() + 10'000'000);
    if (harmed) net.reset(to_b);
    std::vector<rt::instant> heard;
    for (std::uint32_t i = 0; i < 20; ++i) {
      a.send(to_b, i);
      a.send(to_c, i);
      loop.run_until(loop.now() + 10'000'000);
      heard.push_back(c.heard_at);
    }
    return heard;
  };
  CHECK(run(true) == run(false));
}

TEST_CASE("network: what leaves within the linger of stop arrives, and no more") {
  network_options options{.seed = 12};
  options.bandwidth_bytes_per_s = 1'000'000;
  for (const bool long_enough : {false, true}) {
    pair both(options);
    const std::vector<std::byte> frame(992);  // a millisecond each, with its own weight
    for (int i = 0; i < 100; ++i) both.a.transport->send(both.near, {.header = frame});
    both.a.transport->stop(long_enough ? 1'000 : 50);
    both.a.transport.reset();
    both.pass(30s);
    CHECK((both.b.values.size() == 100) == long_enough);
    CHECK(both.b.ends.at(both.far) == (long_enough ? connection_end::left : connection_end::lost));
    CHECK(both.net.connections() == 0);
  }
}

TEST_CASE("network: a transport that ends without a word is lost to others") {
  pair both({.seed = 13});
  both.a.transport.reset();
  both.pass(30s);
  CHECK(both.b.ends.at(both.far) == connection_end::lost);
}

TEST_CASE("network: a connection closed before it is open is forgotten") {
  const network_mode mode = GENERATE(network_mode::stream, network_mode::lossy);
  pair both({.seed = 14, .mode = mode});
  const std::size_t before = both.net.connections();
  both.a.transport->close(both.a.connect_to(both.b));
  both.pass(1s);
  CHECK(both.net.connections() == before);
}

TEST_CASE("network: a place is the process's own, with a port") {
  event_loop loop(1);
  network net(loop, {.seed = 1});
  process a(net, loop, 3);
  for (const char* wrong : {"sim://4:1", "sim://3", "sim://3:x", "sim://:1", "sim://3:1:2",
                            "tcp://3:1", "sim://3:99999999999"}) {
    INFO(wrong);
    const auto listened = a.transport->listen(*rt::address::parse(wrong));
    REQUIRE_FALSE(listened);
    CHECK(listened.error().code == rt::errc::config);
  }
  CHECK(a.transport->listen(*rt::address::parse("sim://3:17")));
}
