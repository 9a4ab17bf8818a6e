#include "store/transfers/transfer_book.hpp"

#include <algorithm>
#include <variant>
#include <vector>

#include "support/catch.hpp"

using namespace rt::store::transfers;
using rt::object_id;

namespace {

constexpr incarnation owner{1};
constexpr incarnation self{2};
constexpr incarnation near_one{3};
constexpr incarnation far_one{4};
constexpr content small{3, 7};

options limits_of(std::size_t window, std::uint64_t budget) {
  options made;
  made.chunk_bytes_max = 1;
  made.window = window;
  made.budget_bytes = budget;
  return made;
}

/// A book of one who pulls, with what it says.
struct one_process {
  explicit one_process(const options& limits) : book(self, limits) {}

  /// Wants an object of the owner's, which answers at once.
  void want(std::uint64_t counter, std::vector<incarnation> sources, content of = small) {
    book.want({1, counter}, wait_number{counter}, 0, out);
    const auto asked = std::get<locate_request>(out.letters.back().what);
    book.take(owner,
              locate_reply{asked.number, asked.object, locate_reply::answer::stored, loss::none, of,
                           std::move(sources)},
              0, out);
  }

  std::vector<pull_request> asked() const {
    std::vector<pull_request> found;
    for (const auto& each : out.letters) {
      if (const auto* pull = std::get_if<pull_request>(&each.what)) found.push_back(*pull);
    }
    return found;
  }
  incarnation asked_last() const { return out.letters.back().to; }

  void bring(const pull_request& asked, incarnation from, content of = small) {
    book.take(from,
              pull_reply{asked.number,
                         asked.object,
                         pull_reply::answer::piece,
                         of,
                         asked.offset,
                         asked.bytes_max,
                         {},
                         {}},
              0, out);
  }

  transfer_book book;
  effects out;
};

}  // namespace

TEST_CASE("transfer_book: who waits for one object shares one pull", "[store]") {
  one_process here(limits_of(4, 10));
  here.want(1, {owner});
  here.book.want({1, 1}, wait_number{7}, 0, here.out);
  CHECK(here.asked().size() == 3);
  for (const pull_request& each : here.asked()) here.bring(each, owner);
  REQUIRE(here.out.ended.size() == 2);
  CHECK(here.out.ended[0].how == wait_end::here);
  CHECK(here.out.ended[1].wait == wait_number{7});
  CHECK(here.book.pulling().budget_used() == 0);
  const auto& told = std::get<copies_request>(here.out.letters.back().what);
  CHECK(told.held);
  CHECK(told.of == small);
}

TEST_CASE("transfer_book: the oldest pull is served first, within window and budget", "[store]") {
  one_process here(limits_of(2, 3));
  here.want(1, {owner});
  here.want(2, {owner});
  here.want(3, {owner});
  REQUIRE(here.asked().size() == 3);
  CHECK(here.asked()[2].object.counter == 2);
  CHECK(here.book.pulling().budget_used() == 3);
  here.bring(here.asked()[0], owner);
  CHECK(here.asked().back().object.counter == 1);
  here.bring(here.asked()[1], owner);
  CHECK(here.asked().back().object.counter == 2);
}

TEST_CASE("transfer_book: a piece beyond the whole budget is asked for alone", "[store]") {
  options limits = limits_of(2, 3);
  limits.chunk_bytes_max = 10;
  one_process here(limits);
  here.want(1, {owner}, {20, 7});
  REQUIRE(here.asked().size() == 1);
  here.bring(here.asked()[0], owner, {20, 7});
  CHECK(here.asked().size() == 2);
}

TEST_CASE("transfer_book: the nearest of the sources is asked first", "[store]") {
  one_process here(limits_of(1, 10));
  here.book.set_distance(far_one, 2);
  here.book.set_distance(near_one, 1);
  here.want(1, {far_one, near_one});
  CHECK(here.asked_last() == near_one);
}

TEST_CASE("transfer_book: a pull goes on at the first missing piece, elsewhere", "[store]") {
  one_process here(limits_of(1, 10));
  here.want(1, {far_one, near_one});
  here.bring(here.asked()[0], far_one);
  here.book.died(far_one, 0, here.out);
  CHECK(here.asked_last() == near_one);
  CHECK(here.asked().back().offset == 1);
}

TEST_CASE("transfer_book: a slow source is left, and its piece taken when it comes", "[store]") {
  one_process here(limits_of(1, 10));
  here.want(1, {far_one, near_one}, {1, 7});
  const pull_request slow = here.asked()[0];
  REQUIRE(here.book.due() != rt::never);
  here.book.tick(here.book.due(), here.out);
  CHECK(here.asked_last() == near_one);
  here.bring(slow, far_one, {1, 7});
  REQUIRE(here.out.ended.size() == 1);
  CHECK(here.out.ended[0].how == wait_end::here);
  CHECK(here.book.pulling().budget_used() == 0);
  here.bring(here.asked()[1], near_one, {1, 7});  // nobody needs it any more
  CHECK(here.out.written.size() == 1);
  CHECK(here.book.pulling().asks().empty());
}

TEST_CASE("transfer_book: pieces of another making are refused", "[store]") {
  one_process here(limits_of(1, 10));
  here.want(1, {far_one, near_one});
  here.bring(here.asked()[0], far_one, {3, 8});
  CHECK(here.out.written.empty());
  CHECK(here.asked_last() == near_one);
}

TEST_CASE("transfer_book: an object of no bytes is here as soon as it is located", "[store]") {
  one_process here(limits_of(1, 10));
  here.want(1, {owner}, {0, 1});
  REQUIRE(here.out.ended.size() == 1);
  CHECK(here.out.made.size() == 1);
  CHECK(here.asked().empty());
}

TEST_CASE("transfer_book: the owner's death ends every wait, and drops what was his", "[store]") {
  one_process here(limits_of(1, 10));
  here.want(1, {far_one});
  here.want(2, {far_one}, {0, 1});
  here.book.died(owner, 0, here.out);
  REQUIRE(here.out.ended.size() == 2);
  CHECK(here.out.ended[1].why == loss::owner_died);
  CHECK(here.out.dropped.size() == 2);
  here.book.want({1, 9}, wait_number{9}, 0, here.out);
  CHECK(here.out.ended.back().why == loss::owner_died);
}

TEST_CASE("transfer_book: more than may be served at once are sent to others", "[store]") {
  options limits = limits_of(1, 10);
  limits.served_max = 1;
  one_process here(limits);
  const object_id own{2, 1};
  here.book.own(own);
  here.book.keep(own, small, 0, here.out);
  here.book.take(near_one, pull_request{ask_number{1}, own, 0, 1}, 0, here.out);
  here.book.take(far_one, pull_request{ask_number{2}, own, 0, 1}, 0, here.out);
  const auto& refused = std::get<pull_reply>(here.out.letters.back().what);
  CHECK(refused.what == pull_reply::answer::ask_others);
  REQUIRE(refused.others.size() == 1);
  CHECK(refused.others[0] == near_one);
  here.book.left(ask_number{1}, here.out);
  here.book.take(far_one, pull_request{ask_number{3}, own, 0, 1}, 0, here.out);
  CHECK(std::get<pull_reply>(here.out.letters.back().what).what == pull_reply::answer::piece);
}

TEST_CASE("transfer_book: own values that are small, failed or freed end waits too", "[store]") {
  one_process here(limits_of(1, 10));
  for (const std::uint64_t counter : {1U, 2U, 3U}) {
    here.book.own({2, counter});
    here.book.want({2, counter}, wait_number{counter}, 0, here.out);
  }
  CHECK(here.out.ended.empty());
  here.book.fill_inline({2, 1}, 0, here.out);
  here.book.fail({2, 2}, 0, here.out);
  here.book.free({2, 3}, 0, here.out);
  REQUIRE(here.out.ended.size() == 3);
  CHECK(here.out.ended[0].how == wait_end::inline_value);
  CHECK(here.out.ended[1].how == wait_end::failed);
  CHECK(here.out.ended[2].why == loss::freed);
  CHECK(here.out.letters.empty());
}

TEST_CASE("transfer_book: a word from a session that has ended does not count", "[store]") {
  one_process here(limits_of(1, 10));
  const object_id own{2, 1};
  here.book.own(own);
  here.book.keep(own, small, 0, here.out);
  here.book.fill_stored(own, small, self, 0, here.out);
  here.book.take(near_one, copies_request{ask_number{1}, 2, own, true, small}, 0, here.out);
  here.book.take(near_one, copies_request{ask_number{2}, 1, own, false, {}}, 0, here.out);
  CHECK(here.book.owner().records().at(own).holds(near_one));
}
