#include "rpc/endpoint.hpp"

#include "support/catch.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sim/event_loop.hpp"
#include "sim/network.hpp"
#include "support/loop_environment.hpp"
#include "wire/version.hpp"

// Two endpoints over a simulated network without faults, and strangers that speak to one of them.

namespace {

using namespace rt;
using rpc::session_end;
using rpc::session_id;
using rpc::session_options;

constexpr instant ms = session_options::ms;
constexpr std::uint64_t cluster = 7;

struct heard final : rpc::endpoint_events {
  std::vector<session_id> opens;
  std::vector<std::pair<session_end, std::string>> ends;
  std::vector<std::uint64_t> requests;
  std::vector<std::uint64_t> notices;
  rpc::peer last;
  wire::hello_answer answer = wire::hello_answer::accepted;

  void opened(session_id session, const rpc::peer& other) override {
    opens.push_back(session);
    last = other;
  }
  void asked(session_id, const rpc::arrival& request) override {
    requests.push_back(request.envelope.number);
  }
  void told(session_id, const rpc::arrival& notice) override {
    notices.push_back(std::get<wire::lease_withdraw_notice>(notice.envelope.message).request);
  }
  void ended(session_id, session_end why, const std::string& text) override {
    ends.emplace_back(why, text);
  }
  wire::hello_answer admits(const rpc::peer&) override { return answer; }
};

session_options quick() {
  session_options made;
  made.ended_after = 2'000 * ms;
  made.ungreeted_max = 4;
  made.sessions_max = 2;
  return made;
}

struct process {
  process(sim::event_loop& loop, sim::network& around, std::uint32_t number,
          std::uint64_t of_cluster)
      : world(loop, 1, number),
        transport(around.attach(number, [] {})),
        endpoint(*transport, world, {.cluster = of_cluster, .incarnation = 100 + number}, hears,
                 quick()) {
    place = endpoint.listen(*address::parse("sim://" + std::to_string(number) + ":1"))->text();
  }
  session_id call(const process& other, std::uint64_t incarnation = 0) {
    return *endpoint.open(*address::parse(other.place), incarnation, {});
  }

  support::loop_environment world;
  std::unique_ptr<sim::simulated_transport> transport;
  heard hears;
  rpc::endpoint endpoint;
  std::string place;
};

struct fixture {
  sim::event_loop loop{1};
  sim::network around{loop, {}};
  process a{loop, around, 1, cluster};
  process b{loop, around, 2, cluster};

  void pass(instant time) {
    for (const instant end = loop.now() + time; loop.now() < end;) {
      loop.run_until(loop.now() + ms);
      a.endpoint.poll(100);
      b.endpoint.poll(100);
    }
  }
};

wire::lease_withdraw_notice notice(std::uint64_t number) {
  wire::lease_withdraw_notice made;
  made.request = number;
  return made;
}

wire::frame_header of_stranger() {
  wire::frame_header made;
  made.version = 1;
  made.cluster = cluster;
  made.sender = 55;
  made.session = 3;
  return made;
}

/// One who connects to an endpoint and sends it bytes of its own.
struct stranger final : transport_events {
  stranger(fixture& in, std::uint32_t number) : transport(in.around.attach(number, [] {})) {}
  void accepted(connection_id, const address&) override {}
  void opened(connection_id) override { ++opens; }
  void received(connection_id, std::span<const std::byte> bytes) override {
    if (const auto read = wire::read_frame(bytes, wire::session_stage::greeting)) {
      answers.push_back(std::get<wire::hello_reply>(read->messages.front().message).answer);
    }
  }
  void writable(connection_id) override {}
  void closed(connection_id, connection_end) override { ++ends; }

  connection_id connect(fixture& in, const process& to) {
    const connection_id made = *transport->connect(*address::parse(to.place));
    pass(in, 20 * ms);
    return made;
  }
  void send(connection_id on, std::span<const std::byte> bytes) {
    REQUIRE(transport->send(on, {.header = bytes}) == send_status::taken);
  }
  void greet(connection_id on, const wire::frame_header& header, wire::version_range versions) {
    wire::frame_writer writer;
    wire::hello_request hello;
    hello.versions = versions;
    REQUIRE(writer.add(1, hello));
    send(on, writer.finish(header));
  }
  void pass(fixture& in, instant time) {
    for (const instant end = in.loop.now() + time; in.loop.now() < end;) {
      in.pass(ms);
      transport->poll(*this, 100);
    }
  }

  std::unique_ptr<sim::simulated_transport> transport;
  std::vector<wire::hello_answer> answers;
  unsigned opens = 0;
  unsigned ends = 0;
};

}  // namespace

TEST_CASE_METHOD(fixture, "endpoint: a session opens at both sides, and says who is there",
                 "[rpc]") {
  a.call(b);
  pass(50 * ms);
  REQUIRE(a.hears.opens.size() == 1);
  REQUIRE(b.hears.opens.size() == 1);
  CHECK(a.hears.last.incarnation == 102);
  CHECK(b.hears.last.incarnation == 101);
  CHECK(b.hears.last.address == a.place);
}

TEST_CASE_METHOD(fixture, "endpoint: what was said before the session opened arrives in order",
                 "[rpc]") {
  const session_id to_b = a.call(b);
  for (std::uint64_t i = 1; i <= 5; ++i) REQUIRE(a.endpoint.tell(to_b, notice(i)));
  pass(50 * ms);
  CHECK(b.hears.notices == std::vector<std::uint64_t>{1, 2, 3, 4, 5});
}

TEST_CASE_METHOD(fixture, "endpoint: an answer reaches whoever asked", "[rpc]") {
  const session_id to_b = a.call(b);
  std::vector<std::uint64_t> answers;
  for (int i = 0; i < 3; ++i) {
    REQUIRE(a.endpoint.ask(to_b, wire::take_back_request(), [&](result<rpc::arrival> came) {
      REQUIRE(came);
      answers.push_back(std::get<wire::take_back_reply>(came->envelope.message).first_seq);
    }));
  }
  pass(50 * ms);
  REQUIRE(b.hears.requests.size() == 3);
  // In another order than they were asked in.
  for (const std::uint64_t number : {3, 1, 2}) {
    wire::take_back_reply reply;
    reply.first_seq = number * 10;
    REQUIRE(b.endpoint.answer(b.hears.opens.front(), number, reply));
  }
  pass(50 * ms);
  CHECK(answers == std::vector<std::uint64_t>{30, 10, 20});
}

TEST_CASE_METHOD(fixture, "endpoint: a piece of an object travels as a tail", "[rpc]") {
  const session_id to_b = a.call(b);
  std::size_t bytes = 0;
  REQUIRE(a.endpoint.ask(to_b, wire::pull_request(), [&](result<rpc::arrival> came) {
    REQUIRE(came);
    bytes = came->tail.size();
  }));
  pass(50 * ms);
  wire::pull_reply reply;
  reply.answer = wire::pull_answer::piece;
  auto piece = std::make_shared<std::vector<std::byte>>(100'000);
  REQUIRE(b.endpoint.answer(b.hears.opens.front(), 1, reply, *piece, piece));
  pass(50 * ms);
  CHECK(bytes == 100'000);
  CHECK(piece.use_count() == 1);
}

TEST_CASE_METHOD(fixture, "endpoint: closing tells the other side, and who waits", "[rpc]") {
  const session_id to_b = a.call(b);
  pass(50 * ms);
  std::vector<errc> failures;
  REQUIRE(a.endpoint.tell(to_b, notice(1)));
  REQUIRE(a.endpoint.ask(to_b, wire::take_back_request(), [&](result<rpc::arrival> came) {
    REQUIRE_FALSE(came);
    CHECK(came.error().outcome == outcome::unknown);
    failures.push_back(came.error().code);
  }));
  a.endpoint.close(to_b);
  CHECK(failures == std::vector{errc::connection});
  REQUIRE(a.hears.ends.size() == 1);
  CHECK(a.hears.ends.front().first == session_end::asked);
  pass(50 * ms);
  // What was said before still arrived.
  CHECK(b.hears.notices == std::vector<std::uint64_t>{1});
  REQUIRE(b.hears.ends.size() == 1);
  CHECK(b.hears.ends.front().first == session_end::left);
  CHECK_FALSE(a.endpoint.tell(to_b, notice(2)));
}

TEST_CASE_METHOD(fixture, "endpoint: a session goes on over another connection", "[rpc]") {
  const session_id to_b = a.call(b);
  pass(50 * ms);
  around.partition(1, 2);
  for (std::uint64_t i = 1; i <= 3; ++i) REQUIRE(a.endpoint.tell(to_b, notice(i)));
  pass(1'000 * ms);
  CHECK(b.hears.notices.empty());
  around.heal();
  pass(1'000 * ms);
  CHECK(b.hears.notices == std::vector<std::uint64_t>{1, 2, 3});
  CHECK(a.hears.opens.size() == 1);
  CHECK(b.hears.opens.size() == 1);
  CHECK(a.hears.ends.empty());
}

TEST_CASE_METHOD(fixture, "endpoint: without a way a session ends, at nobody's address too",
                 "[rpc]") {
  REQUIRE(a.endpoint.open(*address::parse("sim://9:1"), 0, {}));
  pass(10'000 * ms);
  REQUIRE(a.hears.ends.size() == 1);
  CHECK(a.hears.ends.front().first == session_end::lost);
  CHECK(a.hears.ends.front().second.find("sim://9:1") != std::string::npos);
}

TEST_CASE_METHOD(fixture, "endpoint: says why a greeting was refused", "[rpc]") {
  SECTION("another incarnation") {
    a.call(b, 999);
    pass(50 * ms);
    REQUIRE(a.hears.ends.size() == 1);
    CHECK(a.hears.ends.front().first == session_end::forgotten);
  }
  SECTION("one that was declared dead") {
    b.hears.answer = wire::hello_answer::stale_incarnation;
    a.call(b);
    pass(50 * ms);
    REQUIRE(a.hears.ends.size() == 1);
    CHECK(a.hears.ends.front().second.find("declared this process dead") != std::string::npos);
  }
  CHECK(b.hears.opens.empty());
}

TEST_CASE_METHOD(fixture, "endpoint: who does not know the cluster takes the other's", "[rpc]") {
  process fresh(loop, around, 3, 0);
  fresh.call(b);
  for (int i = 0; i < 50; ++i) {
    pass(ms);
    fresh.endpoint.poll(100);
  }
  CHECK(fresh.hears.opens.size() == 1);
  CHECK(b.hears.opens.size() == 1);
}

TEST_CASE_METHOD(fixture, "endpoint: who does not fit is told what both sides are", "[rpc]") {
  struct unfit {
    rpc::self self;
    std::string words;
  };
  const std::vector<unfit> all = {
      {{.cluster = 0, .incarnation = 109, .versions = {2, 3}},
       "the process at sim://1:1 speaks the versions 1 to 1 of the protocol; this process, "
       "sim://9:1, speaks 2 to 3"},
      {{.cluster = 8, .incarnation = 110},
       "the process at sim://1:1 belongs to the cluster 7; this process, sim://9:1, to 8"}};
  for (const unfit& each : all) {
    support::loop_environment world(loop, 1, each.self.incarnation);
    const auto transport = around.attach(9, [] {});
    heard hears;
    rpc::endpoint other(*transport, world, each.self, hears, quick());
    REQUIRE(other.listen(*address::parse("sim://9:1")));
    const result<session_id> made = other.open(*address::parse(a.place), 0, {});
    REQUIRE(made);
    bool told = false;
    REQUIRE(other.ask(*made, wire::confirm_request{}, [&](const result<rpc::arrival>& came) {
      told = !came && came.error().outcome == outcome::not_started;
    }));
    for (int i = 0; i < 50; ++i) {
      pass(ms);
      other.poll(100);
    }
    REQUIRE(hears.ends.size() == 1);
    CHECK(hears.ends.front().first == session_end::unfit);
    CHECK(hears.ends.front().second == each.words);
    CHECK(told);
    CHECK(a.hears.opens.empty());
    around.crash(9);
  }
}

TEST_CASE_METHOD(fixture, "endpoint: a stranger is refused, and changes nothing", "[rpc]") {
  stranger other(*this, 5);
  wire::frame_header header = of_stranger();
  SECTION("garbage") {
    const connection_id on = other.connect(*this, b);
    other.send(on, std::vector<std::byte>(500, std::byte{42}));
    other.pass(*this, 50 * ms);
    CHECK(other.ends == 1);
    CHECK(b.endpoint.strangers() == 1);
    CHECK(b.world.lines.size() == 1);
  }
  SECTION("much garbage is one line in the log") {
    for (int i = 0; i < 20; ++i) {
      const connection_id on = other.connect(*this, b);
      other.send(on, std::vector<std::byte>(500, std::byte{42}));
    }
    other.pass(*this, 50 * ms);
    CHECK(b.endpoint.strangers() == 20);
    CHECK(b.world.lines.size() == 1);
  }
  SECTION("a version that nobody speaks") {
    other.greet(other.connect(*this, b), header, {.oldest = 900, .newest = 901});
    other.pass(*this, 50 * ms);
    CHECK(other.answers == std::vector{wire::hello_answer::no_common_version});
    CHECK(other.ends == 1);
  }
  SECTION("a session to be gone on with that is not known") {
    wire::frame_writer writer;
    wire::hello_request hello;
    hello.versions = wire::spoken_versions;
    hello.resumes = true;
    REQUIRE(writer.add(1, hello));
    other.send(other.connect(*this, b), writer.finish(header));
    other.pass(*this, 50 * ms);
    CHECK(other.answers == std::vector{wire::hello_answer::unknown_session});
  }
  SECTION("silence") {
    other.connect(*this, b);
    other.pass(*this, 2'000 * ms);
    CHECK(other.ends == 1);
  }
  SECTION("more connections than may be without a greeting") {
    for (int i = 0; i < 10; ++i) other.connect(*this, b);
    other.pass(*this, 50 * ms);
    CHECK(other.ends == 6);
  }
  CHECK(b.hears.opens.empty());
}

TEST_CASE_METHOD(fixture, "endpoint: a session ends whose other side sends what is not of it",
                 "[rpc]") {
  stranger other(*this, 5);
  wire::frame_header header = of_stranger();
  const connection_id on = other.connect(*this, b);
  other.greet(on, header, wire::spoken_versions);
  other.pass(*this, 50 * ms);
  REQUIRE(other.answers == std::vector{wire::hello_answer::accepted});
  REQUIRE(b.hears.opens.size() == 1);
  header.receiver = 102;
  header.number = 1;
  wire::frame_writer writer;
  REQUIRE(writer.add(0, notice(1)));
  SECTION("garbage") { other.send(on, std::vector<std::byte>(500, std::byte{42})); }
  SECTION("another sender") {
    header.sender = 56;
    other.send(on, writer.finish(header));
  }
  SECTION("another receiver") {
    header.receiver = 101;
    other.send(on, writer.finish(header));
  }
  SECTION("another session") {
    header.session = 4;
    other.send(on, writer.finish(header));
  }
  SECTION("an acknowledgement of what was not sent") {
    header.acknowledged = 10;
    other.send(on, writer.finish(header));
  }
  SECTION("an answer to what was not asked") {
    wire::frame_writer answers;
    REQUIRE(answers.add(8, wire::take_back_reply()));
    other.send(on, answers.finish(header));
  }
  other.pass(*this, 50 * ms);
  REQUIRE(b.hears.ends.size() == 1);
  CHECK(b.hears.ends.front().first == session_end::malformed);
  CHECK(b.hears.notices.empty());
  CHECK(other.ends == 1);
}

TEST_CASE_METHOD(fixture, "endpoint: has room for so many sessions", "[rpc]") {
  a.call(b);
  a.call(b);
  pass(50 * ms);
  REQUIRE(b.hears.opens.size() == 2);
  stranger other(*this, 5);
  other.greet(other.connect(*this, b), of_stranger(), wire::spoken_versions);
  other.pass(*this, 50 * ms);
  CHECK(other.answers == std::vector{wire::hello_answer::full});
}
