#include "worker/owning/owned_actors.hpp"

#include <vector>

#include "support/catch.hpp"

using namespace rt::worker::owning;

namespace {

constexpr rt::actor_id actor{1, 1};
constexpr session_number self{1};
constexpr session_number host{2};
constexpr session_number asker{3};
constexpr session_number other_asker{9};
constexpr request_number request{5};
constexpr epoch_number first{1};
constexpr epoch_number second{2};
constexpr slot_place place{rt::wire::lease_number{4}, {}};
constexpr rt::instant second_ns = 1'000'000'000;

using kind = standing::kind;
using creation = owned_actors::creation;

/// An owner of one actor, and what its last step has done.
struct one_actor {
  owned_actors owned{owning_options{}};
  effects out;

  explicit one_actor(const owned_options& options = {}) { owned.spawn(actor, options, out); }

  void place_at(session_number at, epoch_number epoch) {
    out = {};
    owned.placed(actor, epoch, at, place, out);
  }
  void build(epoch_number epoch, rt::instant now = 0) {
    place_at(host, epoch);
    REQUIRE(out.creates.size() == 1);
    out = {};
    owned.created(host, actor, epoch, creation::built, now, out);
  }
  void crash(epoch_number epoch, rt::instant now = 0) {
    out = {};
    owned.ended(host, actor, epoch, death_cause::process_died, now, out);
  }
  void ask(epoch_number not_epoch) {
    out = {};
    owned.whereabouts(asker, request, actor, not_epoch, out);
  }
  /// Kills it, and says whether that did something.
  bool kill(bool may_restart, epoch_number epoch = {}) {
    out = {};
    owned.kill(asker, request, actor, epoch, may_restart, out);
    REQUIRE(out.kill_replies.size() == 1);
    return out.kill_replies[0].killed;
  }
  standing how() const { return standing_of(owned.actors().at(actor)); }
};

}  // namespace

TEST_CASE("owned_actors: finds a place, builds, and tells who has asked", "[worker]") {
  one_actor one;
  REQUIRE(one.out.place_questions.size() == 1);
  CHECK(one.out.place_questions[0].epoch == first);
  CHECK(one.how().what == kind::starting);
  one.ask({});
  CHECK(one.out.replies.empty());
  one.place_at(host, first);
  REQUIRE(one.out.creates.size() == 1);
  CHECK(one.out.creates[0].to == host);
  CHECK(one.out.creates[0].epoch == first);
  one.out = {};
  one.owned.created(host, actor, first, creation::built, 0, one.out);
  REQUIRE(one.out.replies.size() == 1);
  CHECK(one.out.replies[0].how.what == kind::alive);
  CHECK(one.out.replies[0].how.at == host);
  CHECK(one.out.notices.empty());
  one.ask({});
  CHECK(one.out.replies.size() == 1);
  one.ask(first);
  CHECK(one.out.replies.empty());
}

TEST_CASE("owned_actors: a crash has it built again, as often as it may be", "[worker]") {
  one_actor one({.max_restarts = 1});
  one.build(first);
  one.ask(first);
  one.crash(first);
  CHECK(one.out.given_back.size() == 1);
  REQUIRE(one.out.place_questions.size() == 1);
  CHECK(one.out.place_questions[0].epoch == second);
  REQUIRE(one.out.notices.size() == 1);
  CHECK(one.out.notices[0].how.what == kind::restarting);
  CHECK(one.out.notices[0].how.epoch == first);
  one.place_at(host, second);
  REQUIRE(one.out.creates.size() == 1);
  CHECK(one.out.creates[0].restarts == 1);
  one.out = {};
  one.owned.created(host, actor, second, creation::built, 0, one.out);
  REQUIRE(one.out.replies.size() == 1);
  CHECK(one.out.replies[0].how.epoch == second);
  one.crash(second);
  CHECK(one.out.place_questions.empty());
  REQUIRE(one.out.notices.size() == 1);
  CHECK(one.out.notices[0].how.what == kind::dead);
  CHECK(one.out.notices[0].how.why == death_cause::process_died);
  one.out = {};
  one.owned.handles_gone(actor, one.out);
  CHECK(one.out.forgotten == std::vector{actor});
  CHECK(one.owned.empty());
  one.ask({});
  REQUIRE(one.out.replies.size() == 1);
  CHECK(one.out.replies[0].how.what == kind::dead);
}

TEST_CASE("owned_actors: restarts at most 5 times in a minute", "[worker]") {
  one_actor one({.max_restarts = -1});
  epoch_number epoch = first;
  rt::instant now = 0;
  const auto restart = [&](rt::instant after) {
    now += after;
    one.build(epoch);
    one.crash(epoch, now);
    epoch = rt::wire::next(epoch);
  };
  for (int i = 0; i < 5; ++i) restart(10 * second_ns);
  CHECK(one.how().what == kind::restarting);
  // The first was a minute ago.
  restart(20 * second_ns);
  CHECK(one.how().what == kind::restarting);
  restart(9 * second_ns);
  CHECK(one.how().what == kind::dead);
}

TEST_CASE("owned_actors: what ends it for good", "[worker]") {
  one_actor one({.max_restarts = -1});
  SECTION("its constructor throws") {
    one.place_at(host, first);
    one.out = {};
    one.owned.created(host, actor, first, creation::threw, 0, one.out);
    CHECK(one.how().why == death_cause::constructor_threw);
    CHECK(one.out.given_back.size() == 1);
  }
  SECTION("it exits") {
    one.build(first);
    one.owned.ended(host, actor, first, death_cause::exited, 0, one.out);
    CHECK(one.how().why == death_cause::exited);
  }
  SECTION("there is no place") {
    one.owned.cannot_be_placed(actor, first, one.out);
    CHECK(one.how().why == death_cause::cannot_be_placed);
    CHECK(one.out.place_withdrawals.empty());
  }
  SECTION("it is killed before it is placed") {
    CHECK_FALSE(one.kill(true));
    CHECK(one.kill(false));
    CHECK(one.how().why == death_cause::killed);
    CHECK(one.out.place_withdrawals.size() == 1);
    one.place_at(host, first);
    CHECK(one.out.given_back.size() == 1);
    CHECK(one.out.creates.empty());
  }
  CHECK(one.how().what == kind::dead);
  CHECK_FALSE(one.kill(false));
}

TEST_CASE("owned_actors: a kill ends a life, and the next begins when it has ended", "[worker]") {
  one_actor one({.max_restarts = 1});
  one.build(first);
  CHECK_FALSE(one.kill(true, second));
  CHECK(one.kill(true, first));
  REQUIRE(one.out.kills.size() == 1);
  CHECK(one.out.kills[0].epoch == first);
  CHECK(one.out.place_questions.empty());
  CHECK_FALSE(one.kill(true));
  SECTION("it may restart") {
    one.owned.ended(host, actor, first, death_cause::killed, 0, one.out);
    CHECK(one.out.place_questions.size() == 1);
  }
  SECTION("somebody wants it dead meanwhile") {
    CHECK(one.kill(false));
    one.owned.ended(host, actor, first, death_cause::killed, 0, one.out);
    CHECK(one.how().what == kind::dead);
  }
  SECTION("its host dies meanwhile") {
    one.out = {};
    one.owned.session_ended(host, 0, one.out);
    CHECK(one.out.place_questions.size() == 1);
    CHECK(one.out.given_back.empty());
  }
}

TEST_CASE("owned_actors: its host dies while it is built", "[worker]") {
  one_actor one({.max_restarts = 1});
  one.place_at(host, first);
  one.out = {};
  one.owned.session_ended(host, 0, one.out);
  CHECK(one.out.place_questions.size() == 1);
  // Late words of that life are no news.
  one.place_at(asker, second);
  one.out = {};
  one.owned.created(host, actor, first, creation::built, 0, one.out);
  one.owned.ended(host, actor, first, death_cause::exited, 0, one.out);
  CHECK(one.how().what == kind::starting);
}

TEST_CASE("owned_actors: without handles it ends after its calls", "[worker]") {
  one_actor one({.max_restarts = 1});
  SECTION("when it is alive") {
    one.build(first);
    one.out = {};
    one.owned.handles_gone(actor, one.out);
  }
  SECTION("when it has been built") {
    one.owned.handles_gone(actor, one.out);
    CHECK(one.out.place_withdrawals.empty());
    one.place_at(host, first);
    CHECK(one.out.creates.size() == 1);
  }
  REQUIRE(one.out.kills.size() == 1);
  CHECK(one.out.kills[0].after_calls);
  one.owned.created(host, actor, first, creation::built, 0, one.out);
  one.owned.ended(host, actor, first, death_cause::no_handles, 0, one.out);
  CHECK(one.out.forgotten.size() == 1);
  CHECK(one.owned.empty());
}

TEST_CASE("owned_actors: is not built again for nobody", "[worker]") {
  one_actor one({.max_restarts = 1});
  one.build(first);
  one.crash(first);
  one.owned.handles_gone(actor, one.out);
  CHECK(one.out.place_withdrawals.size() == 1);
  CHECK(one.owned.empty());
}

TEST_CASE("owned_actors: the head is asked before each life, and told of it", "[worker]") {
  one_actor one({.max_restarts = 1, .registered = true});
  CHECK(one.out.place_questions.empty());
  REQUIRE(one.out.registrations.size() == 1);
  using answer = owned_actors::registration;
  SECTION("it takes it") {
    one.owned.registered(actor, first, answer::registered, one.out);
    one.build(first);
    REQUIRE(one.out.head_notices.size() == 1);
    CHECK(one.out.head_notices[0].how.what == kind::alive);
    one.crash(first);
    REQUIRE(one.out.registrations.size() == 1);
    CHECK(one.out.registrations[0].epoch == second);
    CHECK(one.out.place_questions.empty());
    one.out = {};
    one.owned.registered(actor, second, answer::refused, one.out);
    CHECK(one.how().why == death_cause::not_registered);
    REQUIRE(one.out.head_notices.size() == 1);
    CHECK(one.out.head_notices[0].how.epoch == second);
  }
  SECTION("the name is taken") {
    one.owned.registered(actor, first, answer::name_taken, one.out);
    CHECK(one.how().why == death_cause::name_taken);
    CHECK(one.out.place_questions.empty());
  }
}

TEST_CASE("owned_actors: builds what the head says, in its epochs", "[worker]") {
  owned_actors owned{owning_options{}};
  effects out;
  const owned_options options{.max_restarts = 0, .for_head = true};
  owned.expect(actor, options, second);
  owned.whereabouts(asker, request, actor, {}, out);
  // It may live: whoever asks waits until that is known.
  CHECK(out.replies.empty());
  owned.adopt(actor, options, second, host, out);
  REQUIRE(out.creates.size() == 1);
  CHECK(out.creates[0].takes_over);
  if (GENERATE(true, false)) {
    owned.created(host, actor, second, creation::built, 0, out);
    CHECK(out.replies.size() == 1);
    REQUIRE(out.head_notices.size() == 1);
    CHECK(out.head_notices[0].how.what == kind::alive);
    out = {};
    owned.session_ended(host, 0, out);
  } else {
    // It has just ended.
    owned.created(host, actor, second, creation::ended, 0, out);
  }
  CHECK(out.place_questions.empty());
  REQUIRE(!out.head_notices.empty());
  CHECK(out.head_notices.back().how.what == kind::restarting);
  out = {};
  owned.rebuild(actor, options, second, out);
  CHECK(out.place_questions.empty());
  owned.rebuild(actor, options, epoch_number{3}, out);
  REQUIRE(out.place_questions.size() == 1);
  CHECK(out.place_questions[0].epoch == epoch_number{3});
  SECTION("it is there again") {
    owned.placed(actor, epoch_number{3}, host, place, out);
    REQUIRE(out.creates.size() == 1);
    CHECK(out.creates[0].restarts == 2);
    CHECK_FALSE(out.creates[0].takes_over);
    owned.created(host, actor, epoch_number{3}, creation::built, 0, out);
    owned.dismiss(actor, out);
    REQUIRE(out.kills.size() == 1);
    owned.ended(host, actor, epoch_number{3}, death_cause::killed, 0, out);
  }
  SECTION("it is dead, says the head") {
    owned.dismiss(actor, out);
    CHECK(out.place_withdrawals.size() == 1);
  }
  CHECK(out.forgotten.size() == 1);
  CHECK(owned.empty());
}

TEST_CASE("owned_actors: the end of one that is the head's is told when the head says so",
          "[worker]") {
  owned_actors owned{owning_options{}};
  effects out;
  const owned_options options{.max_restarts = 0, .for_head = true};
  owned.rebuild(actor, options, first, out);
  SECTION("it was killed while it lived") {
    owned.placed(actor, first, host, place, out);
    owned.created(host, actor, first, creation::built, 0, out);
    owned.whereabouts(asker, request, actor, {}, out);
    out = {};
    owned.kill(asker, request, actor, {}, false, out);
    owned.kill(other_asker, request, actor, {}, false, out);
    owned.ended(host, actor, first, death_cause::killed, 0, out);
    CHECK(out.given_back.size() == 1);
    // Both are answered when it is safe.
    CHECK(out.kill_replies.empty());
    effects safe;
    owned_actors same = owned;
    same.dismiss(actor, safe);
    CHECK(safe.kill_replies.size() == 2);
  }
  SECTION("it was killed before it lived") {
    out = {};
    owned.kill(asker, request, actor, {}, false, out);
    CHECK(out.place_withdrawals.size() == 1);
  }
  SECTION("it was killed while the head thought of another life") {
    owned.placed(actor, first, host, place, out);
    owned.created(host, actor, first, creation::built, 0, out);
    owned.session_ended(host, 0, out);
    owned.kill(asker, request, actor, {}, false, out);
    out = {};
    owned.rebuild(actor, options, second, out);
    CHECK(out.place_questions.empty());
  }
  SECTION("it was killed, and its node dies before it hears of that") {
    owned.placed(actor, first, host, place, out);
    owned.created(host, actor, first, creation::built, 0, out);
    owned.kill(asker, request, actor, {}, false, out);
    out = {};
    owned.rebuild(actor, options, second, out);
    CHECK(out.place_questions.empty());
  }
  SECTION("no node could hold it") {
    out = {};
    owned.cannot_be_placed(actor, first, out);
  }
  SECTION("its constructor threw") {
    owned.placed(actor, first, host, place, out);
    out = {};
    owned.created(host, actor, first, creation::threw, 0, out);
  }
  REQUIRE(out.head_notices.size() == 1);
  CHECK(out.head_notices[0].how.what == kind::dead);
  CHECK(out.notices.empty());
  CHECK_FALSE(owned.empty());
  owned.whereabouts(asker, request, actor, {}, out);
  owned.dismiss(actor, out);
  REQUIRE(!out.replies.empty());
  CHECK(out.replies.back().how.what == kind::dead);
  CHECK(out.forgotten.size() == 1);
  CHECK(owned.empty());
}

TEST_CASE("owned_actors: who is gone is told nothing", "[worker]") {
  one_actor one;
  one.ask({});
  one.owned.session_ended(asker, 0, one.out);
  one.build(first);
  CHECK(one.out.replies.empty());
  CHECK(one.out.notices.empty());
  one.owned.whereabouts(self, request, actor, {}, one.out);
  CHECK(one.out.replies.size() == 1);
}
