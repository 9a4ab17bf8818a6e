#include "node/membership/member.hpp"

#include "support/catch.hpp"

namespace {

using namespace rt;
using namespace rt::node::membership;
using wire::join_answer;
using wire::node_state;

constexpr instant ms = 1'000'000;

wire::node_entry entry(std::uint64_t incarnation, node_state state = node_state::alive) {
  wire::node_entry made;
  made.incarnation = incarnation;
  made.state = state;
  return made;
}

wire::view_change change(std::uint64_t from, std::uint64_t to, std::vector<wire::node_entry> nodes,
                         bool more = false, bool whole = false) {
  return {
      .from = from, .to = to, .more = more, .nodes = std::move(nodes), .whole = whole || from == 0};
}

struct one_node {
  void connect() { node.connected({}, now, out); }
  void join(std::uint64_t term = 1, wire::view_change view = change(0, 2, {entry(5), entry(6)})) {
    connect();
    node.joined(term,
                {.answer = join_answer::accepted,
                 .health_period_ns = 100 * ms,
                 .death_timeout_ns = 1'000 * ms,
                 .view = std::move(view),
                 .text = {}},
                now, out);
  }
  void pass(instant time) {
    for (const instant end = now + time; now < end; now += 50 * ms) node.tick(now, out);
  }
  template <class Letter>
  std::vector<Letter> letters() const {
    std::vector<Letter> found;
    for (const auto& each : out.letters) {
      if (const auto* letter = std::get_if<Letter>(&each)) found.push_back(*letter);
    }
    return found;
  }

  instant now = 1'000 * ms;
  effects out;
  member node{entry(5), now};
};

TEST_CASE("member: joins on each session, and may speak once it is taken in", "[node]") {
  one_node one;
  CHECK_FALSE(one.node.may_speak());
  one.join();
  CHECK(one.node.may_speak());
  CHECK(one.letters<wire::join_request>().size() == 1);
  CHECK(one.letters<wire::join_request>()[0].view_version == 0);
  one.node.disconnected(one.now);
  CHECK(one.node.may_speak());
  one.connect();
  REQUIRE(one.letters<wire::join_request>().size() == 2);
  CHECK(one.letters<wire::join_request>()[1].view_version == 2);
  CHECK(one.letters<wire::join_request>()[1].view_term == 1);
}

TEST_CASE("member: asks again while nobody answers, or it is refused for now", "[node]") {
  one_node one;
  one.connect();
  one.pass(1'100 * ms);
  CHECK(one.letters<wire::join_request>().size() == 2);
  one.node.joined(1, {.answer = join_answer::name_taken, .view = {}, .text = "taken"}, one.now,
                  one.out);
  CHECK(one.out.refused == "taken");
  one.pass(1'100 * ms);
  CHECK(one.letters<wire::join_request>().size() == 3);
}

TEST_CASE("member: says how it is when nothing else has left for a period", "[node]") {
  one_node one;
  one.join();
  one.pass(100 * ms);  // a first time soon
  one.out = {};
  for (int i = 0; i < 5; ++i) {
    one.node.spoke(one.now, one.out);
    one.pass(50 * ms);
  }
  CHECK(one.letters<wire::health_notice>().empty());
  one.pass(200 * ms);
  CHECK(one.letters<wire::health_notice>().size() == 2);
  CHECK(one.letters<wire::health_notice>()[0].view_version == 2);
}

TEST_CASE("member: a long sleep is noticed, and nothing leaves until it is confirmed", "[node]") {
  one_node one;
  one.join();
  one.now += 1'000 * ms;
  one.node.tick(one.now, one.out);
  CHECK_FALSE(one.node.may_speak());
  CHECK(one.letters<wire::confirm_request>().size() == 1);
  // It sleeps once more; the first answer says how it was before that.
  one.now += 2'000 * ms;
  one.node.confirmed(1, {.counts = true}, one.now, one.out);
  CHECK_FALSE(one.node.may_speak());
  CHECK(one.letters<wire::confirm_request>().size() == 2);
  one.node.confirmed(1, {.counts = true}, one.now, one.out);
  CHECK(one.node.may_speak());
}

TEST_CASE("member: a head that is silent for its time is gone, until it is heard", "[node]") {
  one_node one;
  one.node = member{entry(5), one.now, 2'000 * ms};
  one.join();
  one.pass(1'950 * ms);
  CHECK_FALSE(one.out.without_head);
  one.node.heard_head(one.now);
  one.pass(1'950 * ms);
  CHECK_FALSE(one.out.without_head);
  one.node.disconnected(one.now);
  one.pass(100 * ms);
  REQUIRE(one.out.without_head);
  CHECK(one.out.without_head->code == rt::errc::cluster_unavailable);
  CHECK_FALSE(one.out.give_up);  // it has work of others
  CHECK(one.node.may_speak());
  one.out = {};
  one.pass(10'000 * ms);
  CHECK_FALSE(one.out.without_head);
  one.join();
  CHECK(one.out.head_back);
}

TEST_CASE("member: its own sleep is no silence of the head", "[node]") {
  one_node one;
  one.node = member{entry(5), one.now, 2'000 * ms};
  one.join();
  one.now += 60'000 * ms;
  one.pass(1'000 * ms);
  CHECK_FALSE(one.out.without_head);
  one.pass(1'100 * ms);
  CHECK(one.out.without_head);
}

TEST_CASE("member: a node that finds no cluster gives up; a driver is told, and waits on",
          "[node]") {
  one_node one;
  one.node = member{entry(5), one.now, 2'000 * ms};
  one.pass(2'100 * ms);
  CHECK(one.out.give_up);
  wire::node_entry self = entry(5);
  self.job = {5, 0};
  one.out = {};
  one.node = member{self, one.now, 2'000 * ms};
  one.pass(2'100 * ms);
  CHECK(one.out.without_head);
  CHECK_FALSE(one.out.give_up);
}

TEST_CASE("member: where its head is another cluster's it ends what it has", "[node]") {
  one_node one;
  one.join();
  one.node.unfit("another cluster", one.now, one.out);
  REQUIRE(one.out.without_head);
  CHECK(one.out.without_head->code == rt::errc::version_mismatch);
  CHECK(one.out.without_head->message == "another cluster");
  CHECK(one.out.drain);
  CHECK_FALSE(one.out.give_up);
  one.out = {};
  one.node.unfit("another cluster", one.now, one.out);
  CHECK_FALSE(one.out.without_head);
  one_node outside;
  outside.node.unfit("another version", outside.now, outside.out);
  CHECK(outside.out.give_up);
}

TEST_CASE("member: one that does not count ends, and begins anew, once", "[node]") {
  one_node one;
  one.join();
  SECTION("it slept") {
    one.now += 5'000 * ms;
    one.node.tick(one.now, one.out);
    one.node.confirmed(1, {.counts = false}, one.now, one.out);
  }
  SECTION("it is told") { one.node.stale(1, {.incarnation = 5}, one.now, one.out); }
  SECTION("it joins again") {
    one.node.joined(2, {.answer = join_answer::stale_incarnation, .view = {}, .text = {}}, one.now,
                    one.out);
  }
  SECTION("the view says so") {
    one.node.view_told(1, change(2, 3, {entry(5, node_state::dead)}), false, one.now, one.out);
  }
  CHECK(one.out.begin_anew);
  CHECK(one.node.how() == standing::over);
  one.out = {};
  one.node.stale(1, {.incarnation = 5}, one.now, one.out);
  CHECK_FALSE(one.out.begin_anew);
}

TEST_CASE("member: what is told of another incarnation, or by an older head, does not count",
          "[node]") {
  one_node one;
  one.join(2);
  one.node.stale(2, {.incarnation = 4}, one.now, one.out);
  one.node.stale(1, {.incarnation = 5}, one.now, one.out);
  CHECK_FALSE(one.out.begin_anew);
  CHECK(one.out.leave_head);
  CHECK(one.node.may_speak());
}

TEST_CASE("member: each death is told once, by a change or by a whole view without it", "[node]") {
  one_node one;
  one.join();
  one.node.view_told(1, change(2, 3, {entry(6, node_state::dead)}), false, one.now, one.out);
  one.node.view_told(1, change(2, 3, {entry(6, node_state::dead)}), false, one.now, one.out);
  REQUIRE(one.out.died.size() == 1);
  CHECK(one.out.died[0].process == incarnation{6});
  one.node.view_told(1, change(3, 5, {entry(7), entry(8)}), false, one.now, one.out);
  one.out = {};
  // The next term's view comes in two steps: only when it is complete are those dead who miss in it.
  one.join(2, change(0, 1, {entry(5)}, true));
  CHECK(one.out.died.empty());
  one.node.view_told(2, change(1, 2, {entry(8)}, false, true), false, one.now, one.out);
  REQUIRE(one.out.died.size() == 1);
  CHECK(one.out.died[0].process == incarnation{7});
  CHECK(one.node.cluster().version() == 2);
  CHECK(one.node.knows_dead(incarnation{7}));
}

TEST_CASE("member: a gap is asked for, once", "[node]") {
  one_node one;
  one.join();
  one.node.view_told(1, change(4, 5, {entry(8)}), false, one.now, one.out);
  one.node.view_told(1, change(5, 6, {entry(9)}), false, one.now, one.out);
  REQUIRE(one.letters<wire::view_request>().size() == 1);
  CHECK(one.letters<wire::view_request>()[0].version == 2);
  CHECK(one.node.cluster().entries().size() == 2);
  one.node.view_told(1, change(2, 6, {entry(7), entry(8), entry(9)}), true, one.now, one.out);
  CHECK(one.node.cluster().entries().size() == 5);
  CHECK(one.node.cluster().version() == 6);
}

TEST_CASE("member: drains when it is asked to, and tells the next head so", "[node]") {
  one_node one;
  one.join();
  one.node.drain(1, {.left_ns = 500 * ms}, one.now, one.out);
  REQUIRE(one.out.drain);
  CHECK(one.out.drain->until == one.now + 500 * ms);
  one.now += 200 * ms;
  one.join(2);
  CHECK(one.letters<wire::join_request>().back().self.state == node_state::draining);
  CHECK(one.letters<wire::join_request>().back().self.drain_left_ns == 300 * ms);
}

TEST_CASE("member: one that is to end drains, and the head hears of it at once", "[node]") {
  one_node one;
  one.join();
  one.out = {};
  one.node.leave_within(500 * ms, one.now, one.out);
  REQUIRE(one.out.drain);
  CHECK(one.out.drain->until == one.now + 500 * ms);
  REQUIRE(one.letters<wire::join_request>().size() == 1);
  CHECK(one.letters<wire::join_request>()[0].self.state == node_state::draining);
  CHECK(one.letters<wire::join_request>()[0].self.drain_left_ns == 500 * ms);
  CHECK(one.letters<wire::join_request>()[0].was_in);
  CHECK(one.node.may_speak());
  one.out = {};
  one.node.leave_within(100 * ms, one.now, one.out);
  CHECK_FALSE(one.out.drain);  // it does already
  CHECK(one.out.letters.empty());
}

TEST_CASE("member: a driver begins its job on each session, and stops where it has ended",
          "[node]") {
  wire::node_entry self = entry(5);
  self.job = {5, 1};
  instant now = 1'000 * ms;
  member driver(self, now);
  effects out;
  driver.connected({}, now, out);
  REQUIRE(out.letters.size() == 1);
  CHECK(std::holds_alternative<wire::job_request>(out.letters[0]));
  driver.job_begun(1, {.view = change(0, 1, {self})}, now, out);
  CHECK(driver.may_speak());
  driver.job_begun(2, {.ended = true, .view = {}}, now, out);
  CHECK(out.job_over);
  CHECK_FALSE(out.begin_anew);
}

}  // namespace
