#include "support/catch.hpp"
#include "unit/head/small_head.hpp"

namespace {

using namespace head_test;
using wire::actor_state;
using wire::register_answer;

TEST_CASE("control_plane: an actor that is registered twice is one, and its name is taken",
          "[head]") {
  small_head head;
  head.join(5);
  head.join(6);
  CHECK(head.keep(5, head.claim(5, 1, "a")) == register_answer::registered);
  CHECK(head.keep(5, head.claim(5, 1, "a")) == register_answer::registered);
  CHECK(head.keep(6, head.claim(6, 1, "a")) == register_answer::exists);
  CHECK(head.answer<registration>()->existing->actor.actor == actor_id{5, 1});
  CHECK(head.answer<registration>()->existing->owner.address == "sim://5:1");
  REQUIRE(head.find(6, "a"));
  CHECK(head.find(6, "a")->actor.state == actor_state::starting);
  CHECK_FALSE(head.find(6, "b"));
}

TEST_CASE("control_plane: epochs only grow, and only their owner begins them", "[head]") {
  small_head head;
  head.join(5);
  head.join(6);
  known_actor one = head.claim(5, 1, "a");
  head.keep(5, one);
  one.epoch = 2;
  CHECK(head.keep(6, one) == register_answer::stale_epoch);
  CHECK(head.keep(5, one) == register_answer::registered);
  one.epoch = 1;
  CHECK(head.keep(5, one) == register_answer::stale_epoch);
  // What is told of an older epoch does not count.
  head.tell(5, one.actor, 1, actor_state::dead, 0);
  CHECK(head.find(5, "a")->actor.epoch == 2);
}

TEST_CASE("control_plane: who never joined, or was declared dead, claims nothing", "[head]") {
  small_head head;
  CHECK(head.keep(5, head.claim(5, 1, "a")) == register_answer::stale_incarnation);
  head.join(5);
  head.pass(1'100 * ms);
  CHECK(head.keep(5, head.claim(5, 1, "a")) == register_answer::stale_incarnation);
}

TEST_CASE("control_plane: an actor ends with its owner, unless it is detached", "[head]") {
  small_head head;
  head.join(5);
  head.join(6);
  head.begin_job(9);
  head.keep(9, head.claim(9, 1, "mine"));
  head.keep(9, head.claim(9, 2, "detached", true));
  head.tell(9, {9, 1}, 1, actor_state::alive, 5);
  // One that is detached is built for the head.
  REQUIRE(head.out.rebuilds.size() == 1);
  CHECK(head.out.rebuilds[0].epoch == 1);
  head.tell(9, {9, 2}, 1, actor_state::dead, 0);
  head.tell(0, {9, 2}, 1, actor_state::alive, 5);
  head.plane.end_job(incarnation{9}, head.now, head.out);
  head.save();
  CHECK_FALSE(head.find(5, "mine"));
  REQUIRE(head.find(5, "detached"));
  CHECK(head.find(5, "detached")->process.address == "sim://5:1");
  CHECK(head.out.rebuilds.size() == 1);
}

TEST_CASE("control_plane: a detached actor that is registered again is one", "[head]") {
  small_head head;
  head.join(5);
  head.join(6);
  const known_actor one = head.claim(5, 1, "a", true);
  CHECK(head.keep(5, one) == register_answer::registered);
  CHECK(head.keep(5, one) == register_answer::registered);
  CHECK(head.out.rebuilds.size() == 1);
  // It is the head's: nobody begins its epochs, or ends it, but who has not wanted it after all.
  known_actor later = one;
  later.epoch = 2;
  CHECK(head.keep(6, later) == register_answer::stale_epoch);
  CHECK(head.end(6, {5, 1}, 1) == register_answer::stale_epoch);
  CHECK(head.find(6, "a"));
  CHECK(head.out.dismissals.empty());
  head.tell(0, {5, 1}, 1, actor_state::alive, 6);
  CHECK(head.end(5, {5, 1}, 1) == register_answer::stale_epoch);
  CHECK_FALSE(head.find(6, "a"));
  CHECK(head.out.dismissals == std::vector<actor_id>{{5, 1}});
  REQUIRE(head.letters_to<wire::kill_request>(6).size() == 1);
  CHECK(head.keep(5, one) == register_answer::stale_epoch);
}

TEST_CASE("control_plane: the end of a detached actor is told when it is safe", "[head]") {
  small_head head;
  head.join(5);
  head.keep(5, head.claim(5, 1, "a", true));
  head.tell(0, {5, 1}, 1, actor_state::alive, 5);
  head.plane.actor_told(no_incarnation, {5, 1}, 1, actor_state::dead, {}, head.now, head.out);
  CHECK(head.out.dismissals.empty());
  head.save();
  CHECK(head.out.dismissals.size() == 1);
}

TEST_CASE("control_plane: a life that the head has given up is killed when its node joins again",
          "[head]") {
  small_head head;
  head.join(5);
  head.join(6);
  head.keep(5, head.claim(5, 1, "a", true));
  head.tell(0, {5, 1}, 1, actor_state::alive, 6);
  head.tell(0, {5, 1}, 1, actor_state::restarting, 0);
  CHECK(head.letters_to<wire::kill_request>(6).size() == 1);
  head.join(6, {{.actor = {5, 1}, .epoch = 1}});
  const auto letters = head.letters_to<wire::kill_request>(6);
  REQUIRE(letters.size() == 2);
  CHECK(letters[1].epoch == 1);
  // What it has of the newest is not touched, and not taken for missing either.
  head.tell(0, {5, 1}, 2, actor_state::alive, 6);
  head.join(6);
  CHECK(head.find(5, "a")->actor.epoch == 2);
  CHECK(head.out.adoptions.empty());
}

TEST_CASE("control_plane: a detached actor is built again by the head, as often as it may be",
          "[head]") {
  small_head head;
  head.join(6);
  const actor_id actor{6, 1};
  head.keep(6, head.claim(6, 1, "a", true));
  REQUIRE(head.out.rebuilds.size() == 1);
  for (std::uint64_t node = 10; node < 13; ++node) {
    head.join(node);
    head.tell(0, actor, node - 9, actor_state::alive, node);
    REQUIRE(head.find(6, "a")->actor.process == incarnation{node});
    head.plane.goodbye(incarnation{node}, head.now, head.out);
    head.save();
    CHECK(head.out.rebuilds.size() == std::min<std::size_t>(node - 8, 3));
  }
  CHECK_FALSE(head.find(6, "a"));
  CHECK(head.out.rebuilds.back().epoch == 3);
}

TEST_CASE("control_plane: what had ended stays so", "[head]") {
  small_head head;
  head.join(5);
  head.keep(5, head.claim(5, 1, "a"));
  head.tell(5, {5, 1}, 1, actor_state::dead, 0);
  CHECK_FALSE(head.find(5, "a"));
  CHECK(head.keep(5, head.claim(5, 1, "a")) == register_answer::stale_epoch);
  CHECK(head.keep(5, head.claim(5, 2, "a")) == register_answer::registered);
}

TEST_CASE("control_plane: an owner is answered when the end of its actor is safe", "[head]") {
  small_head head;
  head.join(5);
  head.join(6);
  head.keep(5, head.claim(5, 1, "a"));
  // Nobody but its owner ends it; also in an epoch that the head has not heard of.
  CHECK(head.end(6, {5, 1}, 1) == register_answer::stale_epoch);
  CHECK(head.find(6, "a"));
  CHECK(head.end(5, {5, 1}, 2) == register_answer::stale_epoch);
  CHECK_FALSE(head.find(6, "a"));
  CHECK(head.end(5, {5, 9}, 1) == register_answer::stale_epoch);
  CHECK(head.plane.known().actors().empty());
  head.keep(5, head.claim(5, 2, "a"));
  head.plane.end_actor(ticket{++head.last_ticket}, incarnation{5}, {5, 2}, 1, head.now, head.out);
  CHECK(head.answer<registration>() == nullptr);
}

TEST_CASE("control_plane: actors outlive the head, and who hosts them tells it", "[head]") {
  small_head head;
  head.join(5);
  head.join(6);
  head.keep(5, head.claim(5, 1, "there", true));
  head.tell(0, {5, 1}, 1, actor_state::alive, 6);
  head.keep(5, head.claim(5, 2, "gone", true));
  head.tell(0, {5, 2}, 1, actor_state::alive, 6);

  small_head next(head.log, 2);
  CHECK(next.out.expected.size() == 2);
  next.join(6, {{.actor = {5, 1}, .epoch = 1}, {.actor = {5, 7}, .epoch = 1}});
  CHECK(next.out.rebuilds.size() == 1);
  CHECK(next.out.rebuilds[0].name == "gone");
  REQUIRE(next.out.adoptions.size() == 1);
  CHECK(next.out.adoptions[0].actor.name == "there");
  CHECK(next.out.adoptions[0].process.process == incarnation{6});
  REQUIRE(next.letters_to<wire::kill_request>(6).size() == 1);
  CHECK(next.letters_to<wire::kill_request>(6)[0].actor == actor_id{5, 7});
  CHECK(next.find(6, "there")->actor.state == actor_state::alive);
}

TEST_CASE("control_plane: an epoch that an older head asked for is never asked for again",
          "[head]") {
  small_head head;
  head.join(5);
  head.join(6);
  head.keep(5, head.claim(5, 1, "a", true));
  head.tell(0, {5, 1}, 1, actor_state::alive, 6);
  head.plane.goodbye(incarnation{6}, head.now, head.out);
  head.save();
  REQUIRE(head.out.rebuilds.size() == 2);

  SECTION("nobody tells of it: it is begun anew when all have had time to") {
    small_head next(head.log, 2);
    next.join(5);
    next.pass(1'500 * ms, {incarnation{5}});
    CHECK(next.out.rebuilds.empty());
    next.pass(700 * ms, {incarnation{5}});
    REQUIRE(next.out.rebuilds.size() == 1);
    CHECK(next.out.rebuilds[0].epoch == 3);
  }
  SECTION("who has built it tells of it") {
    small_head next(head.log, 2);
    next.join(7, {{.actor = {5, 1}, .epoch = 2}});
    next.pass(2'500 * ms, {incarnation{7}});
    CHECK(next.out.rebuilds.empty());
    CHECK(next.out.adoptions.size() == 1);
    CHECK(next.find(7, "a")->actor.process == incarnation{7});
  }
}

}  // namespace
