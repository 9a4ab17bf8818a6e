#include "worker/attempts/attempt_book.hpp"

#include <variant>
#include <vector>

#include "support/catch.hpp"

using namespace rt::worker::attempts;

namespace {

constexpr session_number node{1};
constexpr request_number first_request{1};
constexpr lease_number lease{7};
constexpr slot_place place{lease, slot_number{0}};
constexpr rt::instant millisecond = 1'000'000;

attempt task(std::uint32_t number, std::int32_t retries = 3) {
  attempt made;
  made.name.task = owner_index{number};
  made.retries_left = retries;
  return made;
}

attempt_name name(std::uint32_t number, std::uint32_t attempt = 0) {
  return {owner_index{number}, attempt};
}

/// A book with one class, and slots that a node has granted.
struct one_class {
  attempt_book book{book_options{}};
  class_number of;
  effects out;

  explicit one_class(const class_options& options, std::uint32_t slots = 0)
      : of(book.open_class(options)) {
    if (slots == 0) return;
    std::vector<slot_number> numbers;
    for (std::uint32_t i = 0; i < slots; ++i) numbers.push_back(slot_number{i});
    book.asked(node, first_request, of, slots, {}, out);
    book.granted(node, first_request, lease, numbers, {}, 0, out);
    out = {};
  }
  void push(const std::vector<attempt>& tasks, rt::instant now = 0) {
    book.waiting(of, tasks.size(), out);
    const std::optional<room> found = book.next_room(of, now);
    REQUIRE(found);
    book.push(found->slot, tasks, now, out);
  }
  template <class Message>
  Message only_letter() {
    REQUIRE(out.letters.size() == 1);
    const auto told = std::get<Message>(out.letters[0].what);
    out = {};
    return told;
  }
};

}  // namespace

TEST_CASE("attempt_book: wants a slot for each task, within its limits", "[worker]") {
  one_class one({.depth = 2, .slots_max = 4, .carried_max = 2});
  CHECK_FALSE(one.book.next_want(one.of, 0));
  one.book.waiting(one.of, 9, one.out);
  CHECK(one.out.changed == std::vector{one.of});
  const want wanted = *one.book.next_want(one.of, 0);
  CHECK(wanted.slots == 4);
  CHECK(wanted.carried_max == 2);
  one.book.asked(node, first_request, one.of, 4, {}, one.out);
  CHECK_FALSE(one.book.next_want(one.of, 0));
  one.book.not_granted(node, first_request, 5 * millisecond, one.out);
  CHECK_FALSE(one.book.next_want(one.of, 4 * millisecond));
  CHECK(one.book.next_look() == 5 * millisecond);
  one.out = {};
  one.book.look(5 * millisecond, one.out);
  CHECK(one.out.changed == std::vector{one.of});
  CHECK(one.book.next_want(one.of, 5 * millisecond));
}

TEST_CASE("attempt_book: a request that nobody needs any more is withdrawn", "[worker]") {
  one_class one({.slots_max = 2});
  one.book.waiting(one.of, 1, one.out);
  one.book.asked(node, first_request, one.of, 1, {}, one.out);
  one.out = {};
  one.book.waiting(one.of, 0, one.out);
  CHECK(one.only_letter<withdraw>().request == first_request);
  one.book.waiting(one.of, 0, one.out);
  CHECK(one.out.letters.empty());  // once
}

TEST_CASE("attempt_book: carried tasks lie on the slots round by round", "[worker]") {
  one_class one({.depth = 2, .slots_max = 2, .carried_max = 4});
  const std::vector<attempt> carried{task(0), task(1), task(2), task(3)};
  one.book.waiting(one.of, 4, one.out);
  one.book.asked(node, first_request, one.of, 2, carried, one.out);
  one.out = {};
  const std::vector slots{slot_number{0}, slot_number{1}};
  const std::vector back{owner_index{1}};
  one.book.granted(node, first_request, lease, slots, back, 0, one.out);
  REQUIRE(one.out.again.size() == 1);
  CHECK(one.out.again[0].task.name == name(1, 1));
  CHECK_FALSE(one.out.again[0].counted);
  const auto& tasks = one.book.tasks();
  CHECK(tasks[0].slot == tasks[3].slot);
  CHECK(tasks[3].seq == slot_seq{2});
  CHECK(tasks[0].slot != tasks[2].slot);
}

TEST_CASE("attempt_book: only the answer to the newest attempt counts, from where it was sent",
          "[worker]") {
  one_class one({.depth = 4, .slots_max = 1}, 1);
  one.push({task(0), task(1)});
  CHECK_FALSE(one.book.answered(session_number{2}, name(0), 0, one.out).counts);
  CHECK_FALSE(one.book.answered(node, name(0, 1), 0, one.out).counts);
  CHECK_FALSE(one.book.answered(node, name(9), 0, one.out).counts);
  CHECK(one.book.answered(node, name(0), 0, one.out).counts);
  CHECK_FALSE(one.book.answered(node, name(0), 0, one.out).counts);
}

TEST_CASE("attempt_book: tasks that never run twice go to free slots alone", "[worker]") {
  one_class one({.depth = 4, .slots_max = 2, .never_twice = true}, 2);
  one.book.waiting(one.of, 5, one.out);
  CHECK(one.book.next_room(one.of, 0)->tasks == 1);
  one.push({task(0, 0)});
  one.push({task(1, 0)});
  one.book.waiting(one.of, 5, one.out);
  CHECK_FALSE(one.book.next_room(one.of, 0));
}

TEST_CASE("attempt_book: a process's death counts what may have begun", "[worker]") {
  one_class one({.depth = 8, .slots_max = 1}, 1);
  one.push({task(0), task(1), task(2, 0), task(3)});
  CHECK(one.book.answered(node, name(0), 0, one.out).counts);
  one.out = {};
  one.book.process_died(node, place, slot_seq{2}, one.out);
  REQUIRE(one.out.again.size() == 2);
  CHECK(one.out.again[0].task.name == name(3, 1));
  CHECK_FALSE(one.out.again[0].counted);
  CHECK(one.out.again[1].task.name == name(1, 1));
  CHECK(one.out.again[1].counted);
  CHECK(one.out.again[1].task.retries_left == 2);
  REQUIRE(one.out.failures.size() == 1);
  CHECK(one.out.failures[0].task == owner_index{2});
  CHECK(one.out.failures[0].why == end_cause::worker_crashed);
  CHECK(one.out.failures[0].outcome == rt::outcome::unknown);
  CHECK(one.book.empty());
}

TEST_CASE("attempt_book: a session's end counts all that has no answer", "[worker]") {
  one_class one({.depth = 8, .slots_max = 1, .carried_max = 1}, 1);
  one.push({task(0, -1), task(1, 0)});
  one.book.started(node, place, slot_seq{1}, 0);
  const std::vector<attempt> carried{task(2, 1)};
  one.book.asked(node, request_number{2}, one.of, 1, carried, one.out);
  one.out = {};
  one.book.session_ended(node, one.out);
  REQUIRE(one.out.again.size() == 2);
  CHECK(one.out.again[0].task.retries_left == 0);
  CHECK(one.out.again[1].task.retries_left == -1);
  REQUIRE(one.out.failures.size() == 1);
  CHECK(one.out.failures[0].why == end_cause::node_died);
  CHECK(one.book.empty());
  one.out = {};
  one.book.granted(node, request_number{2}, lease, std::vector{slot_number{0}}, {}, 0, one.out);
  CHECK(one.book.empty());  // too late
}

TEST_CASE("attempt_book: the outcome is unknown if that of any attempt was", "[worker]") {
  one_class one({.slots_max = 1}, 1);
  attempt ran = task(0);
  ran.may_have_run = true;
  one.push({ran});
  one.out = {};
  CHECK(one.book.cancel(owner_index{0}, false, one.out));
  CHECK(one.only_letter<cancel>().task == name(0));
  CHECK_FALSE(one.book.cancel(owner_index{1}, false, one.out));
  one.book.handed_back(node, name(0), 0, one.out);
  REQUIRE(one.out.failures.size() == 1);
  CHECK(one.out.failures[0].why == end_cause::cancelled);
  CHECK(one.out.failures[0].outcome == rt::outcome::unknown);
}

TEST_CASE("attempt_book: takes back what waits behind a long task when another slot is free",
          "[worker]") {
  one_class one({.depth = 4, .slots_max = 2}, 2);
  one.push({task(0), task(1), task(2)});
  one.out = {};
  CHECK(one.book.next_look() == millisecond);
  one.book.look(millisecond - 1, one.out);
  CHECK(one.out.letters.empty());
  one.book.look(millisecond, one.out);
  CHECK(one.only_letter<take_back>().first_seq == slot_seq{2});
  CHECK(one.book.next_look() == rt::never);
  // The second has begun meanwhile.
  one.book.taken_back(node, place, slot_seq{3}, millisecond, one.out);
  REQUIRE(one.out.again.size() == 1);
  CHECK(one.out.again[0].task.name == name(2, 1));
  one.book.waiting(one.of, 1, one.out);
  const room found = *one.book.next_room(one.of, millisecond);
  CHECK(one.book.slots().at(found.slot).pending.empty());  // not behind the long one
}

TEST_CASE(
    "attempt_book: wants more slots for what waits behind a long task, not behind a short one",
    "[worker]") {
  one_class one({.depth = 4, .slots_max = 8, .requests_max = 2, .carried_max = 4}, 1);
  one.push({task(0), task(1), task(2)});
  one.out = {};
  CHECK_FALSE(one.book.next_want(one.of, 0));
  CHECK(one.book.next_look() == millisecond);
  one.book.look(millisecond, one.out);
  CHECK(one.out.changed == std::vector{one.of});
  const want wanted = *one.book.next_want(one.of, millisecond);
  CHECK(wanted.slots == 2);
  CHECK(wanted.carried_max == 0);
  CHECK(one.book.next_look() == rt::never);
  // The long one is over, and the next has just begun.
  CHECK(one.book.answered(node, name(0), 2 * millisecond, one.out).counts);
  CHECK_FALSE(one.book.next_want(one.of, 2 * millisecond));
  CHECK(one.book.next_look() == 3 * millisecond);
}

TEST_CASE("attempt_book: a request that was withdrawn keeps no later one waiting", "[worker]") {
  one_class one({.slots_max = 4, .requests_max = 2});
  one.book.waiting(one.of, 1, one.out);
  one.book.asked(node, first_request, one.of, 1, {}, one.out);
  one.out = {};
  one.book.waiting(one.of, 0, one.out);
  CHECK(one.only_letter<withdraw>().request == first_request);
  one.book.not_granted(node, first_request, 9 * millisecond, one.out);
  one.book.waiting(one.of, 1, one.out);
  CHECK(one.book.next_want(one.of, 0));
}

TEST_CASE("attempt_book: what has started, as its worker says, is not asked for again",
          "[worker]") {
  one_class one({.depth = 4, .slots_max = 2}, 2);
  one.push({task(0), task(1)});
  one.out = {};
  one.book.look(millisecond, one.out);
  CHECK(one.only_letter<take_back>().first_seq == slot_seq{2});
  // The first waits, and the second was begun beside it; no answer has told of that.
  one.book.taken_back(node, place, slot_seq{3}, millisecond, one.out);
  CHECK(one.out.again.empty());
  CHECK(one.book.next_look() > millisecond);
}

TEST_CASE("attempt_book: numbers are given again, also below one that was answered", "[worker]") {
  one_class one({.depth = 4, .slots_max = 1}, 1);
  one.push({task(0), task(1), task(2)});
  one.out = {};
  one.book.recalled(node, place, one.out);
  CHECK(one.only_letter<take_back>().first_seq == slot_seq{2});
  CHECK(one.book.answered(node, name(1), 0, one.out).counts);  // it was cancelled, say
  CHECK(one.book.answered(node, name(0), 0, one.out).counts);
  CHECK(one.out.letters.empty());
  one.book.taken_back(node, place, slot_seq{2}, 0, one.out);
  CHECK(one.out.again.size() == 1);
  CHECK(one.only_letter<give_back>().slot == place);
  CHECK(one.book.empty());
}

TEST_CASE("attempt_book: gives idle slots back when nothing waits", "[worker]") {
  one_class one({.slots_max = 1}, 1);
  CHECK(one.book.next_look() == 2 * millisecond);
  one.book.look(2 * millisecond, one.out);
  CHECK(one.only_letter<give_back>().slot == place);
  CHECK(one.book.empty());
  CHECK(one.book.next_look() == rt::never);
}

TEST_CASE("attempt_book: slots of a session that is held take nothing, and others are asked for",
          "[worker]") {
  one_class one({.depth = 2, .slots_max = 8}, 2);
  one.book.waiting(one.of, 2, one.out);
  CHECK_FALSE(one.book.next_want(one.of, 0));
  one.book.hold(node);
  CHECK_FALSE(one.book.next_room(one.of, 0));
  CHECK(one.book.next_want(one.of, 0)->slots == 2);
  one.book.go_on(node);
  CHECK(one.book.next_room(one.of, 0));
  CHECK_FALSE(one.book.next_want(one.of, 0));
}
