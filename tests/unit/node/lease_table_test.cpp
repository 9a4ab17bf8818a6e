#include "node/leases/lease_table.hpp"

#include <variant>
#include <vector>

#include "support/catch.hpp"

using namespace rt::node::leases;
using rt::resource_set;

namespace {

constexpr session_number ours{1};
constexpr session_number theirs{2};
constexpr rt::instant millisecond = 1'000'000;

lease_request request(session_number from, std::uint64_t number, std::uint32_t slots,
                      resource_set demand = {{"cpu", 1}}) {
  lease_request made;
  made.from = from;
  made.number = request_number{number};
  made.demand = std::move(demand);
  made.slots_wanted = slots;
  return made;
}

carried_task carried(std::uint32_t task, bool never_twice = false) {
  return {{owner_index{task}, 0}, never_twice};
}

granted only_grant(const effects& out) {
  REQUIRE(out.replies.size() == 1);
  return std::get<granted>(out.replies[0].answer);
}

/// Has all that is to be closed be free at once.
void free_closed(lease_table& table, effects& out) {
  const std::vector<slot_place> closed = std::move(out.closes);
  out = {};
  for (const slot_place& each : closed) table.freed(each, 0, out);
}

}  // namespace

TEST_CASE("lease_table: grants what fits, and all is free at rest", "[node]") {
  lease_table table({{"cpu", 4}, {"gpu", 0.5}}, {});
  effects out;
  table.ask(request(ours, 1, 8, {{"cpu", 1.5}, {"gpu", 0.25}}), 0, out);
  const granted got = only_grant(out);
  CHECK(got.slots.size() == 2);
  CHECK(table.pool().available()["cpu"] == rt::amount(1));
  out = {};
  table.returned(theirs, {got.lease, slot_number{0}}, out);
  CHECK(out.closes.empty());  // not theirs
  for (const granted::slot& each : got.slots) {
    table.returned(ours, {got.lease, each.number}, out);
    table.returned(ours, {got.lease, each.number}, out);  // once more
  }
  CHECK(out.closes.size() == 2);
  CHECK_FALSE(table.pool().all_free());  // something may still run there
  free_closed(table, out);
  CHECK(table.pool().all_free());
  CHECK(table.empty());
}

TEST_CASE("lease_table: owners who wait get slots in turn", "[node]") {
  lease_table table({{"cpu", 4}}, {});
  effects out;
  const claim local = *table.claim_of({{"cpu", 4}});
  REQUIRE(table.try_take(local));
  CHECK_FALSE(table.try_take(local));
  table.ask(request(ours, 1, 8), 0, out);
  table.ask(request(theirs, 1, 8), 0, out);
  CHECK(out.replies.empty());
  CHECK(table.others_wait());
  table.give_back(local, 0, out);
  REQUIRE(out.replies.size() == 2);
  for (const effects::reply& each : out.replies) {
    CHECK(std::get<granted>(each.answer).slots.size() == 2);
  }
}

TEST_CASE("lease_table: takes carried tasks round by round, and hands back what has no room",
          "[node]") {
  lease_table table({{"cpu", 2}}, {});
  effects out;
  lease_request asked = request(ours, 1, 4);
  for (std::uint32_t i = 0; i < 5; ++i) asked.carried.push_back(carried(i));
  table.ask(asked, 0, out);
  const granted got = only_grant(out);
  REQUIRE(got.slots.size() == 2);
  CHECK(got.slots[0].tasks == std::vector{carried(0).name, carried(2).name});
  CHECK(got.slots[1].tasks == std::vector{carried(1).name, carried(3).name});
  CHECK(out.replies[0].handed_back == std::vector{owner_index{4}});
}

TEST_CASE("lease_table: takes what never runs twice only with nothing in front of it", "[node]") {
  lease_table table({{"cpu", 1}}, {});
  effects out;
  lease_request asked = request(ours, 1, 2);
  asked.carried = {carried(0, true), carried(1, true)};
  table.ask(asked, 0, out);
  CHECK(only_grant(out).slots[0].tasks.size() == 1);
  CHECK(out.replies[0].handed_back == std::vector{owner_index{1}});
}

TEST_CASE("lease_table: a request that waits is withdrawn, sent on, or never granted", "[node]") {
  lease_table table({{"cpu", 1}}, {});
  effects out;
  table.ask(request(ours, 1, 1), 0, out);
  out = {};
  lease_request waits = request(theirs, 1, 1);
  waits.carried = {carried(7)};
  table.ask(waits, 0, out);
  REQUIRE(out.questions.size() == 1);
  CHECK_FALSE(out.questions[0].never_here);
  table.no_node(theirs, request_number{1}, out);
  CHECK(out.replies.empty());  // it can be granted here, some day
  table.withdraw(theirs, request_number{1}, 0, out);
  REQUIRE(out.replies.size() == 1);
  CHECK(std::get<refused>(out.replies[0].answer).why == refused::reason::withdrawn);
  CHECK(out.replies[0].handed_back == std::vector{owner_index{7}});
  out = {};
  table.withdraw(theirs, request_number{1}, 0, out);  // it has been answered
  CHECK(out.replies.empty());

  table.ask(waits, 0, out);
  table.spill(theirs, request_number{1}, rt::node_id{1, 2}, 0, out);
  REQUIRE(out.replies.size() == 1);
  CHECK(std::get<spillback>(out.replies[0].answer).node == rt::node_id{1, 2});
  out = {};
  waits.hops = 3;
  table.ask(waits, 0, out);
  CHECK(out.questions.empty());  // sent on often enough

  out = {};
  table.ask(request(theirs, 2, 1, {{"gpu", 1}}), 0, out);
  REQUIRE(out.questions.size() == 1);
  CHECK(out.questions[0].never_here);
  table.no_node(theirs, request_number{2}, out);
  REQUIRE(out.replies.size() == 1);
  CHECK(std::holds_alternative<infeasible>(out.replies[0].answer));
}

TEST_CASE("lease_table: a carried task is cancelled while its request waits", "[node]") {
  lease_table table({{"cpu", 1}}, {});
  effects out;
  table.ask(request(ours, 1, 1), 0, out);
  lease_request waits = request(theirs, 1, 1);
  waits.carried = {carried(7), carried(8)};
  table.ask(waits, 0, out);
  out = {};
  CHECK_FALSE(table.cancel(ours, carried(7).name, out));
  CHECK(table.cancel(theirs, carried(7).name, out));
  REQUIRE(out.cancellations.size() == 1);
  table.withdraw(theirs, request_number{1}, 0, out);
  CHECK(out.replies[0].handed_back == std::vector{owner_index{8}});
}

TEST_CASE("lease_table: recalls a slot of who holds more than its share, and closes it in the end",
          "[node]") {
  lease_options options;
  options.hold_for = std::chrono::milliseconds(10);
  options.recall_for = std::chrono::milliseconds(100);
  lease_table table({{"cpu", 2}}, options);
  effects out;
  table.ask(request(ours, 1, 2), 0, out);
  CHECK(table.next_look() == rt::never);
  out = {};
  table.ask(request(theirs, 1, 2), 0, out);
  CHECK(table.next_look() == 10 * millisecond);
  table.look(9 * millisecond, out);
  CHECK(out.recalls.empty());
  table.look(10 * millisecond, out);
  REQUIRE(out.recalls.size() == 1);  // one slot each is fair
  CHECK(out.recalls[0].to == ours);
  out = {};
  CHECK(table.next_look() == 110 * millisecond);
  table.look(110 * millisecond, out);
  REQUIRE(out.closes.size() == 1);
  free_closed(table, out);
  CHECK(only_grant(out).slots.size() == 1);
}

TEST_CASE("lease_table: what was passed over often enough goes first", "[node]") {
  lease_options options;
  options.passed_over_max = 2;
  lease_table table({{"cpu", 2}}, options);
  effects out;
  table.ask(request(ours, 1, 1), 0, out);
  const granted first = only_grant(out);
  out = {};
  table.ask(request(theirs, 1, 1, {{"cpu", 2}}), 0, out);
  std::uint64_t number = 2;
  granted last;
  for (int i = 0; i < 2; ++i) {
    out = {};
    table.ask(request(ours, number++, 1), 0, out);
    last = only_grant(out);
    out = {};
    table.returned(ours, {last.lease, slot_number{0}}, out);
    free_closed(table, out);
  }
  table.ask(request(ours, number, 1), 0, out);
  CHECK(out.replies.empty());  // one CPU is free, and kept for them
  out = {};
  table.returned(ours, {first.lease, slot_number{0}}, out);
  free_closed(table, out);
  REQUIRE(out.replies.size() == 1);
  CHECK(out.replies[0].to == theirs);
}

TEST_CASE("lease_table: a session's end forgets requests and frees slots as they become idle",
          "[node]") {
  lease_table table({{"cpu", 1}}, {});
  effects out;
  table.ask(request(ours, 1, 1), 0, out);
  table.ask(request(ours, 2, 1), 0, out);
  out = {};
  table.session_ended(ours, 0, out);
  CHECK(table.waiting().empty());
  REQUIRE(out.closes.size() == 1);
  CHECK_FALSE(table.pool().all_free());
  free_closed(table, out);
  CHECK(table.pool().all_free());
}

TEST_CASE("lease_table: a node that drains refuses, and wants all back", "[node]") {
  lease_table table({{"cpu", 1}}, {});
  effects out;
  table.ask(request(ours, 1, 1), 0, out);
  table.ask(request(theirs, 1, 1), 0, out);
  out = {};
  table.drain(0, out);
  CHECK(out.recalls.size() == 1);
  REQUIRE(out.replies.size() == 1);
  CHECK(std::get<refused>(out.replies[0].answer).why == refused::reason::draining);
  out = {};
  table.ask(request(theirs, 2, 1), 0, out);
  CHECK(std::holds_alternative<refused>(out.replies[0].answer));
}

TEST_CASE("lease_table: what waits is asked about again when the other nodes have changed",
          "[node]") {
  lease_table table({{"cpu", 1}}, {.hops_max = 0});
  effects out;
  table.ask(request(ours, 1, 1), 0, out);
  table.ask(request(theirs, 1, 1), 0, out);
  CHECK(out.questions.empty());  // sent on often enough
  out = {};
  table.others_changed(out);
  REQUIRE(out.questions.size() == 1);
  CHECK(out.questions[0].from == theirs);
  CHECK_FALSE(out.questions[0].never_here);
  table.spill(theirs, request_number{1}, rt::node_id{7, 0}, 0, out);
  CHECK(std::holds_alternative<spillback>(out.replies.back().answer));
}

TEST_CASE("lease_table: what was lent, and granted, is had back before anyone is granted more",
          "[node]") {
  lease_table table({{"cpu", 1}}, {});
  effects out;
  table.ask(request(ours, 1, 1), 0, out);
  const lease_number lender = only_grant(out).lease;
  const claim cpu = *table.claim_of({{"cpu", 1}});
  out = {};
  table.give_back(cpu, millisecond, out);
  table.ask(request(theirs, 1, 1), millisecond, out);
  const lease_number guest = only_grant(out).lease;
  out = {};
  table.take_when_free(cpu);
  table.recall_owed(2 * millisecond, out);
  REQUIRE(out.recalls.size() == 1);
  CHECK(out.recalls[0].slot.lease == guest);
  CHECK(table.owes());
  out = {};
  table.recall_owed(3 * millisecond, out);
  CHECK(out.recalls.empty());  // it is on its way
  table.ask(request(theirs, 2, 1), 4 * millisecond, out);
  table.returned(theirs, {guest, slot_number{0}}, out);
  free_closed(table, out);
  CHECK_FALSE(table.owes());
  CHECK(out.replies.empty());
  CHECK_FALSE(table.pool().all_free());
  table.returned(ours, {lender, slot_number{0}}, out);
  free_closed(table, out);
  CHECK(only_grant(out).slots.size() == 1);
}
