#include "support/catch.hpp"
#include "unit/head/small_head.hpp"

namespace {

using namespace head_test;
using wire::join_answer;
using wire::node_reason;

TEST_CASE("control_plane: an answer waits until what it rests on is safe", "[head]") {
  small_head head;
  head.plane.join(ticket{++head.last_ticket}, incarnation{5}, head.joining(5), head.now, head.out);
  CHECK(head.answer<wire::join_reply>() == nullptr);
  CHECK(head.out.records.size() == 1);
  head.save();
  REQUIRE(head.answer<wire::join_reply>() != nullptr);
  CHECK(head.answer<wire::join_reply>()->view.nodes.size() == 1);
}

TEST_CASE("control_plane: a silent process is declared dead, one that speaks is not", "[head]") {
  small_head head;
  head.join(5);
  head.join(6);
  head.pass(900 * ms, {incarnation{6}});
  CHECK(head.out.died.empty());
  head.pass(200 * ms, {incarnation{6}});
  CHECK(head.out.died == std::vector{incarnation{5}});
  CHECK(head.plane.known().why_dead(incarnation{5}) == node_reason::silent);
  const auto told = head.letters_to<wire::view_notice>(6);
  REQUIRE_FALSE(told.empty());
  CHECK(told.back().view.nodes.back().state == wire::node_state::dead);
  CHECK(head.letters_to<wire::stale_notice>(5).size() == 1);
}

TEST_CASE("control_plane: a head that was stopped does not take that for others' silence",
          "[head]") {
  small_head head;
  head.join(5);
  head.now += 60'000 * ms;
  head.plane.tick(head.now, head.out);
  head.save();
  head.pass(500 * ms);
  CHECK(head.out.died.empty());
  CHECK(head.join(5).answer == join_answer::accepted);
}

TEST_CASE("control_plane: a death is safe before anyone hears of it, and outlives the head",
          "[head]") {
  small_head head;
  head.join(5);
  while (head.out.records.empty()) {
    head.now += 25 * ms;
    head.plane.tick(head.now, head.out);
  }
  CHECK(head.out.died.empty());
  CHECK(head.letters_to<wire::stale_notice>(5).empty());
  head.save();
  CHECK(head.out.died.size() == 1);
  small_head next(head.log, 2);
  CHECK(next.join(5).answer == join_answer::stale_incarnation);
}

TEST_CASE("control_plane: a head that has come back waits for those it knew", "[head]") {
  small_head head;
  head.join(5);
  head.join(6);
  small_head next(head.log, 2);
  CHECK(next.plane.cluster() == 77);
  CHECK(next.plane.view().size() == 2);
  next.pass(1'500 * ms);
  CHECK(next.out.died.empty());
  CHECK(next.join(5).answer == join_answer::accepted);
  next.pass(700 * ms, {incarnation{5}});
  CHECK(next.out.died == std::vector{incarnation{6}});
}

TEST_CASE("control_plane: a name or address of a live node is taken", "[head]") {
  small_head head;
  head.join(5);
  auto asks = head.joining(6);
  asks.self.name = "node 5";
  head.plane.join(ticket{++head.last_ticket}, incarnation{6}, asks, head.now, head.out);
  head.save();
  CHECK(head.answer<wire::join_reply>()->answer == join_answer::name_taken);

  // The next process at the same address is refused while the one before was heard just now.
  asks = head.joining(7);
  asks.self.address = "sim://5:1";
  head.plane.join(ticket{++head.last_ticket}, incarnation{7}, asks, head.now, head.out);
  head.save();
  CHECK(head.answer<wire::join_reply>()->answer == join_answer::name_taken);
  head.pass(300 * ms);
  head.plane.join(ticket{++head.last_ticket}, incarnation{7}, asks, head.now, head.out);
  head.save();
  CHECK(head.answer<wire::join_reply>()->answer == join_answer::accepted);
  CHECK(head.plane.known().why_dead(incarnation{5}) == node_reason::replaced);
}

TEST_CASE("control_plane: a driver has one job, which ends with it", "[head]") {
  small_head head;
  head.join(5);
  CHECK(head.begin_job(9));
  CHECK(head.begin_job(9));
  CHECK(head.plane.view().size() == 2);
  head.pass(50 * ms, {incarnation{5}});
  head.plane.end_job(incarnation{9}, head.now, head.out);
  head.save();
  head.pass(50 * ms, {incarnation{5}});
  CHECK(head.plane.view().size() == 1);
  CHECK(head.letters_to<wire::view_notice>(5).back().view.nodes.back().job == job_id{9, 1});
  CHECK_FALSE(head.begin_job(9));
  // A job that another has minted is none.
  head.plane.begin_job(ticket{++head.last_ticket}, incarnation{10}, {9, 1}, {}, head.now, head.out);
  head.save();
  CHECK(head.answer<wire::job_reply>()->ended);
}

TEST_CASE("control_plane: who asks whether it counts is answered by what could be written",
          "[head]") {
  small_head head;
  head.join(5);
  head.plane.confirm(ticket{++head.last_ticket}, incarnation{5}, head.now, head.out);
  CHECK(head.answer<wire::confirm_reply>() == nullptr);
  head.save();
  REQUIRE(head.answer<wire::confirm_reply>() != nullptr);
  CHECK(head.answer<wire::confirm_reply>()->counts);
  head.plane.confirm(ticket{++head.last_ticket}, incarnation{6}, head.now, head.out);
  head.save();
  CHECK_FALSE(head.answer<wire::confirm_reply>()->counts);
}

TEST_CASE("control_plane: a fenced head gives nothing more", "[head]") {
  small_head head;
  head.join(5);
  head.plane.confirm(ticket{++head.last_ticket}, incarnation{5}, head.now, head.out);
  head.plane.fence();
  head.save();
  head.pass(5'000 * ms);
  CHECK(head.answer<wire::confirm_reply>() == nullptr);
  CHECK(head.out.died.empty());
  CHECK(head.plane.due() == never);
}

TEST_CASE("control_plane: a node drains, is seen to, and ends in time or is declared dead",
          "[head]") {
  small_head head;
  head.join(5);
  CHECK_FALSE(head.plane.drain(incarnation{6}, node_reason::asked, 0, head.now, head.out));
  CHECK(head.plane.drain(incarnation{5}, node_reason::asked, 300 * ms, head.now, head.out));
  REQUIRE(head.letters_to<wire::drain_request>(5).size() == 1);
  CHECK(head.letters_to<wire::drain_request>(5)[0].left_ns == 300 * ms);
  CHECK(head.plane.view().find(incarnation{5})->state == wire::node_state::draining);
  // It was not there when it was told, and is told again.
  head.join(5);
  CHECK(head.letters_to<wire::drain_request>(5).size() == 2);
  head.pass(350 * ms, {incarnation{5}});
  CHECK(head.out.died.empty());
  head.pass(100 * ms, {incarnation{5}});
  CHECK(head.plane.known().why_dead(incarnation{5}) == node_reason::asked);
}

TEST_CASE("control_plane: who has missed a change is brought up to date when it tells of itself",
          "[head]") {
  small_head head;
  head.join(5);
  head.pass(50 * ms, {incarnation{5}});
  const auto seen = head.plane.view().version();
  head.join(6);
  head.pass(200 * ms, {incarnation{5}, incarnation{6}});
  head.out = {};
  wire::health_notice health;
  health.view_version = seen;
  head.plane.health(incarnation{5}, health, head.now, head.out);
  REQUIRE(head.letters_to<wire::view_notice>(5).size() == 1);
  CHECK(head.letters_to<wire::view_notice>(5)[0].view.from == seen);
}

TEST_CASE("control_plane: what nodes have free is told of a few at a time", "[head]") {
  settings with = short_times();
  with.load_entries_max = 2;
  small_head head({}, 1, with);
  std::vector<incarnation> all;
  for (std::uint64_t node = 1; node <= 5; ++node) {
    head.join(node);
    all.push_back(incarnation{node});
  }
  head.pass(200 * ms, all);
  for (const incarnation each : all) {
    wire::health_notice health;
    health.waiting = 7;
    head.plane.health(each, health, head.now, head.out);
  }
  head.out = {};
  head.pass(400 * ms, all);
  std::size_t entries = 0;
  for (const auto& each : head.letters_to<wire::view_notice>(1)) {
    CHECK(each.view.nodes.size() <= 2);
    entries += each.view.nodes.size();
  }
  CHECK(entries == 5);
}

}  // namespace
