#include "worker/serving/slot_table.hpp"

#include <vector>

#include "support/catch.hpp"

using namespace rt::worker::serving;
using rt::wire::lease_number;
using rt::wire::owner_index;
using rt::wire::slot_number;

namespace {

constexpr session_number owner{1};
const slot_place place{lease_number{1}, slot_number{0}};

attempt_name task(std::uint32_t number) { return {owner_index{number}, 0}; }

/// A table with one slot and tasks from 1 on pushed to it.
struct one_slot {
  slot_table table;
  slot_index slot = table.open(owner, place);
  effects out;

  explicit one_slot(std::uint32_t tasks) {
    for (std::uint32_t i = 1; i <= tasks; ++i) push(i);
    out = {};
  }
  void push(std::uint32_t number) {
    const std::vector tasks{task(number)};
    CHECK(table.push(owner, place, slot_seq{number}, tasks, out));
  }
};

}  // namespace

TEST_CASE("slot_table: starts by seq, and passes over what came before", "[worker]") {
  one_slot one(0);
  one.push(1);
  CHECK(one.out.to_start == std::vector{one.slot});
  one.push(2);
  one.push(1);
  CHECK_FALSE(one.table.push(owner, place, slot_seq{4}, std::vector{task(4)}, one.out));
  CHECK(one.table.start(one.slot)->task == task(1));
  one.out = {};
  CHECK(one.table.ended(one.slot, slot_seq{1}, one.out)->task == task(1));
  CHECK_FALSE(one.table.ended(one.slot, slot_seq{1}, one.out));
  CHECK(one.out.to_start == std::vector{one.slot});
  CHECK(one.table.start(one.slot)->task == task(2));
  CHECK_FALSE(one.table.start(one.slot));
  const std::vector<mark> marks = one.table.take_marks(owner);
  REQUIRE(marks.size() == 1);
  CHECK(marks[0].started == slot_seq{2});
  CHECK(one.table.take_marks(owner).empty());
}

TEST_CASE("slot_table: starts the next where one waits", "[worker]") {
  one_slot one(2);
  one.table.start(one.slot);
  CHECK(one.table.start(one.slot)->seq == slot_seq{2});
  CHECK(one.table.ended(one.slot, slot_seq{2}, one.out)->task == task(2));
  CHECK(one.table.ended(one.slot, slot_seq{1}, one.out)->task == task(1));
}

TEST_CASE("slot_table: gives back what has not started, and its numbers", "[worker]") {
  one_slot one(3);
  one.table.start(one.slot);
  CHECK(one.table.take_back(owner, place, slot_seq{1}) == slot_seq{2});
  CHECK(one.table.take_back(session_number{9}, place, slot_seq{1}) == slot_seq{1});
  one.table.ended(one.slot, slot_seq{1}, one.out);
  CHECK_FALSE(one.table.start(one.slot));
  one.push(2);
  CHECK(one.table.start(one.slot)->seq == slot_seq{2});
}

TEST_CASE("slot_table: a cancelled task keeps its place and never starts", "[worker]") {
  one_slot one(3);
  CHECK(one.table.cancel(owner, request_number{1}, task(2), false, one.out) ==
        cancel_effect::never_starts);
  REQUIRE(one.out.answers.size() == 1);
  CHECK(one.out.answers[0].what == effects::answer::kind::cancelled);
  one.table.start(one.slot);
  CHECK(one.table.queue(one.slot).started() == slot_seq{2});
  CHECK(one.table.cancel(owner, request_number{2}, task(1), true, one.out) == cancel_effect::told);
  REQUIRE(one.out.interruptions.size() == 1);
  CHECK(one.out.interruptions[0].force);
  one.table.ended(one.slot, slot_seq{1}, one.out);
  CHECK(one.table.start(one.slot)->task == task(3));
}

TEST_CASE("slot_table: a push after its cancel is answered as cancelled", "[worker]") {
  one_slot one(0);
  CHECK(one.table.cancel(owner, request_number{4}, task(1), false, one.out) ==
        cancel_effect::not_here);
  one.table.acknowledged(owner, request_number{3});
  one.push(1);
  REQUIRE(one.out.answers.size() == 1);
  CHECK(one.out.answers[0].what == effects::answer::kind::cancelled);
  CHECK(one.out.to_start.empty());
  CHECK(one.table.tombstones().empty());

  one.table.cancel(owner, request_number{5}, task(2), false, one.out);
  CHECK_FALSE(one.table.take_tombstone(session_number{9}, task(2)));
  CHECK(one.table.take_tombstone(owner, task(2)));
  one.table.cancel(owner, request_number{6}, task(2), false, one.out);
  one.table.acknowledged(owner, request_number{6});
  CHECK(one.table.tombstones().empty());
}

TEST_CASE("slot_table: a closed slot hands back, and is free when nothing runs", "[worker]") {
  one_slot one(2);
  one.table.start(one.slot);
  one.table.close(place, one.out);
  REQUIRE(one.out.answers.size() == 1);
  CHECK(one.out.answers[0].task == task(2));
  CHECK(one.out.answers[0].what == effects::answer::kind::handed_back);
  CHECK(one.out.freed.empty());
  one.out = {};
  one.push(3);
  CHECK(one.out.answers.size() == 1);
  CHECK(one.table.ended(one.slot, slot_seq{1}, one.out)->session == owner);
  CHECK(one.out.freed == std::vector{place});
  CHECK(one.table.empty());
  one.out = {};
  one.push(4);  // to a slot that is gone
  CHECK(one.out.answers.size() == 1);
}

TEST_CASE("slot_table: nobody is answered after a session's end", "[worker]") {
  one_slot one(2);
  one.table.start(one.slot);
  one.table.session_ended(owner, one.out);
  REQUIRE(one.out.interruptions.size() == 1);
  CHECK(one.out.interruptions[0].seq == slot_seq{1});
  CHECK_FALSE(one.table.ended(one.slot, slot_seq{1}, one.out));
  CHECK_FALSE(one.table.start(one.slot));
  CHECK(one.table.take_marks(owner).empty());
  one.table.close(place, one.out);
  CHECK(one.out.answers.empty());
  CHECK(one.out.freed == std::vector{place});
}

TEST_CASE("slot_table: the mark of a process that died goes to who waits", "[worker]") {
  one_slot one(2);
  one.table.start(one.slot);
  const auto told = one.table.process_died(one.slot);
  REQUIRE(told);
  CHECK(told->to == owner);
  CHECK(told->last.started == slot_seq{1});
  CHECK(one.table.empty());

  one_slot other(1);
  other.table.session_ended(owner, other.out);
  CHECK_FALSE(other.table.process_died(other.slot));
}
