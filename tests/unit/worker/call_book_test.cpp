#include "worker/calls/call_book.hpp"

#include <vector>

#include "support/catch.hpp"

using namespace rt::worker::calls;

namespace {

constexpr rt::actor_id actor{1, 1};
constexpr session_number owner{1};
constexpr session_number host{2};
constexpr session_number other_host{3};
constexpr epoch_number first{1};
constexpr epoch_number second{2};
constexpr rt::instant second_ns = 1'000'000'000;

attempt_name name(std::uint32_t call, std::uint32_t attempt = 0) {
  return {owner_index{call}, attempt};
}

/// A book that knows one actor, and what its last step has done.
struct one_actor {
  call_book book{book_options{}};
  effects out;

  one_actor() { book.know(actor, owner); }

  void call(std::uint32_t number, std::int32_t retries = 0, bool ready = true) {
    out = {};
    book.add(actor, {name(number), retries, ready}, 0, out);
  }
  void told(told_standing::kind what, epoch_number epoch, session_number at = {},
            bool is_reply = false) {
    out = {};
    book.told(owner, actor, {what, epoch, at}, is_reply, 0, out);
  }
  void lives(epoch_number epoch, session_number at) {
    told(told_standing::kind::alive, epoch, at, true);
  }
  std::vector<attempt_name> sent() {
    std::vector<attempt_name> all;
    while (const auto batch = book.next_batch(actor, 100)) {
      all.insert(all.end(), batch->calls.begin(), batch->calls.end());
    }
    return all;
  }
  effects::failed only_failure() const {
    REQUIRE(out.failures.size() == 1);
    return out.failures[0];
  }
};

}  // namespace

TEST_CASE("call_book: asks once where the actor is, and sends in order when it knows", "[worker]") {
  one_actor one;
  one.call(0);
  REQUIRE(one.out.questions.size() == 1);
  CHECK(one.out.questions[0].to == owner);
  CHECK(one.out.questions[0].not_epoch == epoch_number{});
  one.call(1);
  CHECK(one.out.questions.empty());
  CHECK_FALSE(one.book.next_batch(actor, 10));
  one.lives(first, host);
  CHECK(one.out.changed == std::vector{actor});
  const auto batch = one.book.next_batch(actor, 1);
  REQUIRE(batch);
  CHECK(batch->to == host);
  CHECK(batch->epoch == first);
  CHECK(batch->first == call_seq{1});
  CHECK(batch->calls == std::vector{name(0)});
  CHECK(one.book.next_batch(actor, 1)->first == call_seq{2});
  CHECK_FALSE(one.book.next_batch(actor, 1));
}

TEST_CASE("call_book: a call whose arguments are not there keeps those behind it", "[worker]") {
  one_actor one;
  one.lives(first, host);
  one.call(0, 0, false);
  one.call(1);
  CHECK(one.sent().empty());
  one.book.ready(owner_index{0}, one.out);
  CHECK(one.sent() == std::vector{name(0), name(1)});
}

TEST_CASE("call_book: an answer counts once, of the newest epoch, from its host", "[worker]") {
  one_actor one;
  one.call(0);
  one.lives(second, host);
  one.sent();
  CHECK_FALSE(one.book.answered(host, actor, first, name(0)).counts);
  CHECK_FALSE(one.book.answered(other_host, actor, second, name(0)).counts);
  CHECK_FALSE(one.book.answered(host, actor, second, name(0, 1)).counts);
  CHECK(one.book.answered(host, actor, second, name(0)).counts);
  CHECK_FALSE(one.book.answered(host, actor, second, name(0)).counts);
  one.book.forget(actor);
  CHECK(one.book.empty());
}

TEST_CASE("call_book: what was sent goes again before what was not, counted", "[worker]") {
  one_actor one;
  one.lives(first, host);
  one.call(0, 1);
  one.call(1, 1);
  one.sent();
  one.call(2, 1);
  one.out = {};
  one.book.session_ended(host, 0, one.out);
  CHECK(one.out.failures.empty());
  REQUIRE(one.out.questions.size() == 1);
  CHECK(one.out.questions[0].not_epoch == first);
  one.lives(second, other_host);
  CHECK(one.sent() == std::vector{name(0, 1), name(1, 1), name(2)});
  one.out = {};
  one.book.session_ended(other_host, 0, one.out);
  one.told(told_standing::kind::coming, second);
  CHECK(one.out.failures.size() == 2);
}

TEST_CASE("call_book: what is handed back goes again uncounted", "[worker]") {
  one_actor one;
  one.lives(first, host);
  one.call(0);
  one.sent();
  one.out = {};
  one.book.handed_back(host, actor, first, name(0), 0, one.out);
  CHECK(one.out.failures.empty());
  CHECK(one.out.questions.size() == 1);
  one.lives(second, host);
  CHECK(one.sent() == std::vector{name(0, 1)});
}

TEST_CASE("call_book: a call in flight fails as the owner says", "[worker]") {
  one_actor one;
  one.lives(first, host);
  one.call(0);
  one.sent();
  one.call(1);
  one.out = {};
  one.book.lost(host, actor, first, name(0), 0, one.out);
  CHECK(one.out.failures.empty());
  SECTION("it restarts") {
    one.told(told_standing::kind::coming, first);
    CHECK(one.only_failure().why == end_cause::actor_unavailable);
    CHECK(one.only_failure().outcome == rt::outcome::unknown);
  }
  SECTION("it is there again already") {
    one.lives(second, host);
    CHECK(one.only_failure().why == end_cause::actor_unavailable);
    CHECK(one.sent() == std::vector{name(1)});
  }
  SECTION("it is dead, and so is what waits") {
    one.told(told_standing::kind::dead, first);
    REQUIRE(one.out.failures.size() == 2);
    CHECK(one.out.failures[0].why == end_cause::actor_died);
    CHECK(one.out.failures[0].outcome == rt::outcome::unknown);
    CHECK(one.out.failures[1].outcome == rt::outcome::not_started);
    one.call(2);
    CHECK(one.only_failure().why == end_cause::actor_died);
  }
  SECTION("the owner is dead too") {
    one.book.session_ended(owner, 0, one.out);
    REQUIRE(one.out.failures.size() == 2);
    CHECK(one.out.failures[0].why == end_cause::owner_died);
    // Too late.
    one.lives(second, host);
    one.call(2);
    CHECK(one.only_failure().why == end_cause::owner_died);
  }
}

TEST_CASE("call_book: one that restarts may still be answered by its host", "[worker]") {
  one_actor one;
  one.lives(first, host);
  one.call(0);
  one.sent();
  one.told(told_standing::kind::coming, first);
  CHECK(one.out.failures.empty());
  CHECK(one.book.answered(host, actor, first, name(0)).counts);
}

TEST_CASE("call_book: fails what waits in vain, until there is another life", "[worker]") {
  one_actor one;
  one.lives(first, host);
  one.call(0);
  CHECK(one.book.next_look() == rt::never);
  one.out = {};
  one.book.session_ended(host, 5 * second_ns, one.out);
  CHECK(one.book.next_look() == 65 * second_ns);
  one.out = {};
  one.book.look(64 * second_ns, one.out);
  CHECK(one.out.failures.empty());
  one.book.look(65 * second_ns, one.out);
  CHECK(one.only_failure().why == end_cause::actor_unavailable);
  CHECK(one.only_failure().outcome == rt::outcome::not_started);
  CHECK(one.book.next_look() == rt::never);
  one.call(1);
  CHECK(one.only_failure().why == end_cause::actor_unavailable);
  // What the owner knew before is no news.
  one.told(told_standing::kind::alive, first, host);
  one.call(2);
  CHECK(one.only_failure().why == end_cause::actor_unavailable);
  one.lives(second, other_host);
  one.call(3);
  CHECK(one.sent() == std::vector{name(3)});
}

TEST_CASE("call_book: a waiting call never starts once it is cancelled", "[worker]") {
  one_actor one;
  one.call(0);
  one.call(1);
  one.out = {};
  CHECK(one.book.cancel(owner_index{0}, one.out));
  CHECK(one.only_failure().why == end_cause::cancelled);
  CHECK(one.only_failure().outcome == rt::outcome::not_started);
  CHECK_FALSE(one.book.cancel(owner_index{0}, one.out));
  one.lives(first, host);
  CHECK(one.book.next_batch(actor, 10)->first == call_seq{2});
}

TEST_CASE("call_book: a call that was sent is cancelled by name, once", "[worker]") {
  one_actor one;
  one.lives(first, host);
  one.call(0, 3);
  one.sent();
  one.out = {};
  CHECK(one.book.cancel(owner_index{0}, one.out));
  CHECK(one.book.cancel(owner_index{0}, one.out));
  REQUIRE(one.out.cancels.size() == 1);
  CHECK(one.out.cancels[0].to == host);
  CHECK(one.out.cancels[0].call == name(0));
  SECTION("it is answered") {
    const call_book::verdict answer = one.book.answered(host, actor, first, name(0));
    CHECK(answer.counts);
    CHECK(answer.cancelled);
    CHECK_FALSE(answer.may_have_run);
  }
  SECTION("it does not go again") {
    one.book.session_ended(host, 0, one.out);
    CHECK(one.only_failure().why == end_cause::cancelled);
    CHECK(one.only_failure().outcome == rt::outcome::unknown);
  }
}

TEST_CASE("call_book: asks again where an answer was overtaken", "[worker]") {
  one_actor one;
  one.lives(first, host);
  one.call(0, -1);
  one.sent();
  one.out = {};
  one.book.session_ended(host, 0, one.out);
  CHECK(one.out.questions.size() == 1);
  // The notice comes before the reply to that question, and that life is missed too.
  one.told(told_standing::kind::alive, second, other_host);
  one.sent();
  one.book.session_ended(other_host, 0, one.out);
  CHECK(one.out.questions.empty());
  one.told(told_standing::kind::alive, second, other_host, true);
  REQUIRE(one.out.questions.size() == 1);
  CHECK(one.out.questions[0].not_epoch == second);
}

TEST_CASE("call_book: a detached actor outlives the head that owned it", "[worker]") {
  call_book book{book_options{}};
  effects out;
  book.know_detached(actor, owner);
  book.add(actor, {name(0)}, 0, out);
  book.told(owner, actor, {told_standing::kind::alive, first, host}, true, 0, out);
  book.next_batch(actor, 1);
  book.told(owner, actor, {told_standing::kind::coming, first, {}}, false, 0, out);
  out = {};
  book.session_ended(owner, 0, out);
  CHECK(out.failures.empty());
  CHECK(out.questions.empty());
  SECTION("its host still answers") {
    CHECK(book.answered(host, actor, first, name(0)).counts);
    book.detached_owned_by(other_host, 0, out);
    CHECK(out.questions.empty());
  }
  SECTION("another head is asked") {
    book.session_ended(host, 0, out);
    book.detached_owned_by(other_host, 0, out);
    REQUIRE(out.questions.size() == 1);
    CHECK(out.questions[0].to == other_host);
    CHECK(out.questions[0].not_epoch == first);
    book.told(owner, actor, {told_standing::kind::dead, first, {}}, false, 0, out);
    CHECK(out.failures.empty());
    book.told(other_host, actor, {told_standing::kind::dead, first, {}}, true, 0, out);
    CHECK(out.failures.size() == 1);
  }
}

TEST_CASE("call_book: calls of a detached actor wait for a head, and not for ever", "[worker]") {
  call_book book{book_options{}};
  effects out;
  book.know_detached(actor, {});
  const rt::instant begin = 1'000;
  book.add(actor, {name(0)}, begin, out);
  CHECK(out.questions.empty());
  const rt::instant until = begin + std::chrono::nanoseconds(book_options{}.missed_for).count();
  CHECK(book.next_look() == until);
  SECTION("one comes") {
    book.detached_owned_by(owner, begin, out);
    REQUIRE(out.questions.size() == 1);
    CHECK(out.questions[0].to == owner);
    CHECK(book.next_look() == rt::never);
  }
  SECTION("none comes") {
    book.look(until - 1, out);
    CHECK(out.failures.empty());
    book.look(until, out);
    REQUIRE(out.failures.size() == 1);
    CHECK(out.failures[0].why == end_cause::actor_unavailable);
    book.add(actor, {name(1)}, until, out);
    CHECK(out.failures.size() == 2);
    // Once there is one they wait for what it says.
    book.detached_owned_by(owner, until, out);
    book.add(actor, {name(0)}, until, out);
    CHECK(out.failures.size() == 2);
    CHECK(out.questions.size() == 1);
  }
}
