#include "rpc/switchboard.hpp"

#include "support/catch.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "sim/event_loop.hpp"
#include "sim/network.hpp"
#include "support/loop_environment.hpp"
#include "wire/messages/objects.hpp"

// Two processes that share their sessions among parts, over a simulated network with slow lines.

namespace {

using namespace rt;
using rpc::session_id;

constexpr instant ms = 1'000'000;
constexpr std::size_t piece_bytes = std::size_t{256} << 10;

/// Gives pieces, and hears of everything.
struct part final : rpc::party {
  explicit part(rpc::switchboard& with) : board(with) {
    board.route({wire::message_kind::pull_request, wire::message_kind::free_request}, *this);
  }

  void opened(session_id session, const rpc::peer&) override { opens.push_back(session); }
  void asked(session_id session, const rpc::arrival& request) override {
    const std::uint64_t number = request.envelope.number;
    if (std::holds_alternative<wire::free_request>(request.envelope.message)) {
      frees.push_back(session);
      REQUIRE(board.endpoint().answer(session, number, wire::free_reply{}));
      return;
    }
    pulls.push_back(session);
    wire::pull_reply piece;
    piece.bytes_total = bytes->size();
    REQUIRE(
        board.endpoint().answer(session, number, piece, std::span<const std::byte>(*bytes), bytes));
  }
  void told(session_id, const rpc::arrival&) override {}
  void ended(session_id session, const rpc::peer&, rpc::session_end) override {
    ends.push_back(session);
  }
  void bulk_ended(session_id session) override { bulk_ends.push_back(session); }

  rpc::switchboard& board;
  std::shared_ptr<std::vector<std::byte>> bytes =
      std::make_shared<std::vector<std::byte>>(piece_bytes);
  std::vector<session_id> opens;
  std::vector<session_id> pulls;
  std::vector<session_id> frees;
  std::vector<session_id> ends;
  std::vector<session_id> bulk_ends;
};

struct process {
  process(sim::event_loop& loop, sim::network& around, std::uint32_t number)
      : incarnation(100 + number),
        world(loop, 1, number),
        transport(around.attach(number, [] {})),
        board(world, wire::process_role::node),
        endpoint(*transport, world, {.cluster = 7, .incarnation = incarnation}, board, {}),
        has(board) {
    board.connect(endpoint);
    place = endpoint.listen(*address::parse("sim://" + std::to_string(number) + ":1"))->text();
  }

  std::uint64_t incarnation;
  std::string place;
  support::loop_environment world;
  std::unique_ptr<sim::simulated_transport> transport;
  rpc::switchboard board;
  rpc::endpoint endpoint;
  part has;
};

struct fixture {
  sim::event_loop loop{1};
  // A piece takes 0.26 s.
  sim::network around;
  process a{loop, around, 1};
  process b{loop, around, 2};
  session_id control = *a.board.reach(b.place, b.incarnation, {});
  unsigned pieces = 0;
  unsigned unanswered = 0;

  explicit fixture(sim::network_mode mode = sim::network_mode::stream)
      : around(loop, {.mode = mode, .bandwidth_bytes_per_s = 1'000'000}) {
    pass(10 * ms);
  }

  void pass(instant time) {
    for (const instant end = loop.now() + time; loop.now() < end;) {
      loop.run_until(loop.now() + ms);
      a.endpoint.poll(100);
      b.endpoint.poll(100);
    }
  }
  void pull(session_id on, unsigned wanted) {
    for (unsigned i = 0; i < wanted; ++i) {
      REQUIRE(a.endpoint.ask(on, wire::pull_request{{b.incarnation, 1}, 0, piece_bytes},
                             [this](const result<rpc::arrival>& came) {
                               pieces += came.has_value();
                               unanswered += !came.has_value();
                             }));
    }
  }
  /// Returns how long a small request takes to be answered.
  instant small_round_trip() {
    const instant asked_at = loop.now();
    std::optional<instant> answered_at;
    REQUIRE(a.endpoint.ask(control, wire::free_request{{1}},
                           [&](const result<rpc::arrival>&) { answered_at = loop.now(); }));
    for (unsigned i = 0; i < 10'000 && !answered_at; ++i) pass(ms);
    REQUIRE(answered_at);
    return *answered_at - asked_at;
  }
};

}  // namespace

TEST_CASE("switchboard: what is small overtakes what is pulled for bulk") {
  const auto while_pulling = [](bool in_bulk) {
    fixture f;
    f.pull(in_bulk ? *f.a.board.reach_for_bulk(f.control) : f.control, 8);
    f.pass(20 * ms);
    const instant took = f.small_round_trip();
    f.pass(5'000 * ms);
    CHECK(f.pieces == 8);
    return took;
  };
  // Eight pieces take 2.1 s, in both cases.
  CHECK(while_pulling(false) > 2'000 * ms);
  CHECK(while_pulling(true) < 10 * ms);
}

TEST_CASE(
    "switchboard: has one session for bulk for what it pulls itself, of which no part hears") {
  fixture f;
  const session_id bulk = *f.a.board.reach_for_bulk(f.control);
  CHECK(bulk != f.control);
  CHECK(*f.a.board.reach_for_bulk(f.control) == bulk);
  f.pull(bulk, 1);
  f.pass(1'000 * ms);
  CHECK(f.pieces == 1);
  CHECK(f.a.has.opens.size() == 1);
  CHECK(f.b.has.opens.size() == 1);
  // What either says otherwise goes on the one that they had.
  CHECK(*f.a.board.reach(f.b.place, f.b.incarnation, {}) == f.control);
  const session_id at_b = *f.b.board.reach(f.a.place, f.a.incarnation, {});
  CHECK(at_b == f.b.has.opens.front());
  CHECK(f.b.has.pulls.front() != at_b);
  // The other pulls over one of its own.
  CHECK(*f.b.board.reach_for_bulk(at_b) != f.b.has.pulls.front());
}

TEST_CASE("switchboard: a lost session for bulk is no death, and is begun anew") {
  fixture f;
  const session_id bulk = *f.a.board.reach_for_bulk(f.control);
  f.pull(bulk, 2);
  f.pass(20 * ms);
  SECTION("ended by who pulls") {
    f.a.endpoint.close(bulk);
    CHECK(f.unanswered == 2);
  }
  SECTION("ended by who gives") { f.b.endpoint.close(f.b.has.pulls.front()); }
  f.pass(3'000 * ms);
  // Whoever gives ends what he has said before he goes.
  CHECK(f.unanswered + f.pieces == 2);
  const unsigned before = f.pieces;
  CHECK(f.a.has.bulk_ends == std::vector{bulk});
  CHECK(f.b.has.bulk_ends.size() == 1);
  CHECK(f.a.has.ends.empty());
  CHECK(f.b.has.ends.empty());
  CHECK_FALSE(f.a.board.knows_dead(f.b.incarnation));
  CHECK_FALSE(f.b.board.knows_dead(f.a.incarnation));
  const session_id anew = *f.a.board.reach_for_bulk(f.control);
  CHECK(anew != bulk);
  f.pull(anew, 1);
  f.pass(1'000 * ms);
  CHECK(f.pieces == before + 1);
}

TEST_CASE("switchboard: a session for bulk that was given up unheard ends with the next") {
  fixture f(sim::network_mode::lossy);
  const session_id bulk = *f.a.board.reach_for_bulk(f.control);
  f.pull(bulk, 4);
  f.pass(20 * ms);
  f.around.isolate(1);
  f.a.endpoint.close(bulk);
  f.pass(100 * ms);
  f.around.heal();
  f.pass(100 * ms);
  // What is under way on it is kept here, for somebody who does not want it.
  CHECK(f.b.has.bulk_ends.empty());
  CHECK(f.b.has.bytes.use_count() > 1);
  f.pull(*f.a.board.reach_for_bulk(f.control), 1);
  f.pass(1'000 * ms);
  CHECK(f.pieces == 1);
  CHECK(f.b.has.bulk_ends.size() == 1);
  CHECK(f.b.has.bytes.use_count() == 1);
}

TEST_CASE("switchboard: the end of the one session ends those for bulk") {
  fixture f;
  const session_id bulk = *f.a.board.reach_for_bulk(f.control);
  f.pull(bulk, 1);
  f.pass(1'000 * ms);
  SECTION("it is closed") { f.a.endpoint.close(f.control); }
  SECTION("the other process is declared dead") { f.a.board.declare_dead(f.b.incarnation); }
  f.pass(3'000 * ms);
  CHECK(f.a.has.bulk_ends == std::vector{bulk});
  CHECK(f.b.has.bulk_ends.size() == 1);
  CHECK(f.a.has.ends.size() == 1);
  CHECK(f.b.has.ends.size() == 1);
  CHECK(f.a.board.knows_dead(f.b.incarnation));
  CHECK(f.b.board.knows_dead(f.a.incarnation));
}

TEST_CASE("switchboard: nothing but pulls is taken on a session for bulk") {
  fixture f;
  const session_id bulk = *f.a.board.reach_for_bulk(f.control);
  bool refused = false;
  REQUIRE(f.a.endpoint.ask(bulk, wire::free_request{{1}},
                           [&](const result<rpc::arrival>& came) { refused = !came; }));
  f.pass(1'000 * ms);
  CHECK(refused);
  CHECK(f.b.has.frees.empty());
  CHECK(f.a.has.bulk_ends == std::vector{bulk});
  CHECK(f.a.has.ends.empty());
}

TEST_CASE(
    "switchboard: who reaches for a process of before keeps the session with the one after it") {
  fixture f;
  constexpr std::uint64_t before = 55;
  const session_id gone = *f.a.board.reach(f.b.place, before, {});
  CHECK(gone != f.control);
  f.pass(2'000 * ms);
  CHECK(f.a.has.ends == std::vector{gone});
  CHECK(f.a.board.knows_dead(before));
  CHECK(*f.a.board.reach(f.b.place, f.b.incarnation, {}) == f.control);
  CHECK(f.small_round_trip() < 10 * ms);
}
