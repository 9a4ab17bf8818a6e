#include "worker/borrowing/reference_book.hpp"

#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"

using namespace rt::worker::borrowing;
using rt::object_id;

namespace {

constexpr incarnation owner{1};
constexpr incarnation borrower{2};
constexpr incarnation other{3};
const object_id object{1, 7};

template <class Message>
const Message& only_letter(const effects& out, incarnation to) {
  REQUIRE(out.letters.size() == 1);
  CHECK(out.letters[0].to == to);
  return std::get<Message>(out.letters[0].what);
}

/// Has the second book hold what the first hands it, as a task's argument.
handing hand_on(reference_book& from, reference_book& to, const object_id& what) {
  effects out;
  handing handed = from.hand(to.self(), {what});
  REQUIRE(to.receive(from.self(), handed, out));
  CHECK(out.letters.empty());
  return handed;
}

}  // namespace

TEST_CASE(
    "reference_book: an argument that is dropped by the task's end costs no message but the reply",
    "[worker]") {
  reference_book ours(owner);
  reference_book theirs(borrower);
  effects out;
  ours.own(object);
  const handing handed = hand_on(ours, theirs, object);
  ours.drop(object, out);
  CHECK(out.freed.empty());

  theirs.drop(object, out);
  theirs.finish(owner, handed.number, out);
  const auto release = only_letter<release_notice>(out, owner);
  CHECK(release.still_held.empty());
  CHECK(theirs.borrowed().objects().empty());

  out = {};
  ours.take(borrower, release, out);
  CHECK(out.freed == std::vector{object});
  CHECK(ours.owned().objects().empty());
}

TEST_CASE("reference_book: an argument that is kept is entered by the reply", "[worker]") {
  reference_book ours(owner);
  reference_book theirs(borrower);
  effects out;
  ours.own(object);
  const handing handed = hand_on(ours, theirs, object);
  ours.drop(object, out);
  theirs.finish(owner, handed.number, out);
  const auto release = only_letter<release_notice>(out, owner);
  REQUIRE(release.still_held.size() == 1);

  out = {};
  ours.take(borrower, release, out);
  CHECK(out.freed.empty());
  ours.take(borrower, release, out);  // once more
  theirs.drop(object, out);
  const auto removal = only_letter<remove_notice>(out, owner);
  ours.take(borrower, removal, out);
  CHECK(out.freed == std::vector{object});
}

TEST_CASE("reference_book: who hands a borrowed reference on holds it until the owner has answered",
          "[worker]") {
  reference_book ours(owner);
  reference_book theirs(borrower);
  reference_book third(other);
  effects out;
  ours.own(object);
  hand_on(ours, theirs, object);
  const handing handed = hand_on(theirs, third, object);
  third.finish(borrower, handed.number, out);
  // Nothing changes for the giver yet, so it is told nothing.
  const auto asked = only_letter<add_request>(out, owner);

  out = {};
  ours.take(other, asked, out);
  const auto answered = only_letter<add_reply>(out, other);
  CHECK(answered.known);
  out = {};
  third.take(owner, answered, out);
  CHECK(only_letter<release_notice>(out, borrower).still_held.empty());
}

TEST_CASE("reference_book: a handing of several objects is released as they are settled",
          "[worker]") {
  reference_book theirs(borrower);
  reference_book third(other);
  effects out;
  const object_id own{2, 1};
  const object_id of_a_dead_owner{9, 1};
  theirs.own(own);
  handing from_the_dead{handing_number{1}, {{of_a_dead_owner, loss::none}}};
  REQUIRE(theirs.receive(incarnation{9}, from_the_dead, out));
  const handing handed = theirs.hand(other, {own, of_a_dead_owner});
  REQUIRE(third.receive(borrower, handed, out));

  third.finish(borrower, handed.number, out);
  REQUIRE(out.letters.size() == 2);
  const auto first = std::get<release_notice>(out.letters[0].what);
  CHECK(first.still_held.size() == 2);
  theirs.take(other, first, out);
  CHECK(theirs.given().handings().begin()->second.objects == std::vector{of_a_dead_owner});

  out = {};
  third.died(incarnation{9}, out);
  CHECK(third.why_lost(of_a_dead_owner) == loss::owner_died);
  CHECK(out.lost.size() == 1);
  theirs.take(other, only_letter<release_notice>(out, borrower), out);
  CHECK(theirs.given().handings().empty());
}

TEST_CASE("reference_book: an owner's death loses its objects, whenever the reference comes",
          "[worker]") {
  reference_book theirs(borrower);
  effects out;
  theirs.died(owner, out);
  CHECK_FALSE(theirs.receive(owner, {handing_number{1}, {{object, loss::none}}}, out));
  REQUIRE(theirs.receive(other, {handing_number{1}, {{object, loss::none}}}, out));
  CHECK(theirs.why_lost(object) == loss::owner_died);
  REQUIRE(out.lost.size() == 1);

  theirs.finish(other, handing_number{1}, out);
  only_letter<release_notice>(out, other);
  theirs.drop(object, out);
  CHECK(theirs.borrowed().objects().empty());
}

TEST_CASE("reference_book: a lost object is handed on as lost, and not held", "[worker]") {
  reference_book theirs(borrower);
  effects out;
  REQUIRE(theirs.receive(other, {handing_number{1}, {{object, loss::freed}}}, out));
  const handing handed = theirs.hand(incarnation{4}, {object});
  CHECK(handed.objects[0].why_lost == loss::freed);
  CHECK(theirs.given().handings().empty());
}

TEST_CASE("reference_book: who says that an object is lost covers nothing", "[worker]") {
  // The owner has freed it; we have it from another and wait for an answer.
  reference_book theirs(borrower);
  effects out;
  REQUIRE(theirs.receive(other, {handing_number{1}, {{object, loss::none}}}, out));
  theirs.finish(other, handing_number{1}, out);
  const auto asked = only_letter<add_request>(out, owner);
  out = {};
  REQUIRE(theirs.receive(owner, {handing_number{1}, {{object, loss::freed}}}, out));
  theirs.finish(owner, handing_number{1}, out);
  CHECK(out.letters.empty());
  theirs.take(owner, add_reply{object, asked.since, false}, out);
  CHECK(theirs.why_lost(object) == loss::freed);
}

TEST_CASE("reference_book: a reference whose giver died is told when it came too late",
          "[worker]") {
  reference_book ours(owner);
  reference_book third(other);
  effects out;
  ours.own(object);
  ours.drop(object, out);
  out = {};
  REQUIRE(third.receive(borrower, {handing_number{1}, {{object, loss::none}}}, out));
  third.died(borrower, out);
  const auto asked = only_letter<add_request>(out, owner);
  CHECK(third.awaits_entry());
  out = {};
  ours.take(other, asked, out);
  third.take(owner, only_letter<add_reply>(out, other), out);
  CHECK(third.why_lost(object) == loss::freed);
  CHECK_FALSE(third.awaits_entry());
}

TEST_CASE("reference_book: frees objects in objects to any depth", "[worker]") {
  reference_book ours(owner);
  effects out;
  constexpr std::uint64_t depth = 100'000;
  for (std::uint64_t i = 1; i <= depth; ++i) {
    ours.own({1, i});
    if (i == 1) continue;
    ours.fill({1, i}, {{1, i - 1}});
    ours.drop({1, i - 1}, out);
  }
  CHECK(out.freed.empty());
  ours.drop({1, depth}, out);
  CHECK(out.freed.size() == depth);
  CHECK(ours.owned().objects().empty());
}
