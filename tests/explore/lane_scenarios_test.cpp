#include "explore/lane_scenarios.hpp"

#include "support/catch.hpp"

// Single protocols of the lane, each in every interleaving, with up to three threads.

using namespace explore;

namespace {

void check_good(const outcome& result, std::uint64_t executions_min) {
  CHECK(result.failure == "");
  CHECK(result.complete);
  CHECK(result.executions >= executions_min);
}

}  // namespace

TEST_CASE("shard: owner and thief find each cell once") {
  for (const char* owner : {"pptt", "ptpt", "ppt", "pnpn", "ppno", "popt", "tptp"}) {
    CAPTURE(owner);
    check_good(explore_all<shard_scenario>(std::size_t{0}, owner, 1, 2), 3);
    check_good(explore_all<shard_scenario>(std::size_t{1}, owner, 1, 2), 3);
  }
}

TEST_CASE("shard: an owner and two thieves find each cell once") {
  for (const char* owner : {"tt", "pt", "n", "o"}) {
    CAPTURE(owner);
    check_good(explore_all<shard_scenario>(std::size_t{2}, owner, 2, 1), 6);
  }
}

TEST_CASE("shard: what the owner keeps is found once it is opened, and once") {
  for (const char* owner : {"kket", "kkte", "pkt", "kpt", "kkto", "kekt", "koke", "pko"}) {
    CAPTURE(owner);
    check_good(explore_all<shard_scenario>(std::size_t{0}, owner, 1, 2), 1);
    check_good(explore_all<shard_scenario>(std::size_t{1}, owner, 1, 2), 3);
  }
}

TEST_CASE("shard: what an absent owner keeps is opened for it") {
  for (const char* owner : {"k", "kt", "ko", "kk", "kkt", "kke", "pkt", "kpo"}) {
    CAPTURE(owner);
    check_good(explore_all<shard_scenario>(std::size_t{0}, owner, 1, 1, true), 3);
  }
}

TEST_CASE("member: a seat is the owner's or is taken away") {
  check_good(explore_all<seat_scenario>(true, true), 3);
  check_good(explore_all<seat_scenario>(false, true), 2);
  check_good(explore_all<seat_scenario>(false, false), 2);
}

TEST_CASE("baton: one holds it, and sees to what others came for") {
  check_good(explore_all<baton_scenario>(2), 10);
  check_good(explore_all<baton_scenario>(3), 100);
}

TEST_CASE("shard: a ring that grows under thieves loses nothing") {
  check_good(explore_all<shard_scenario>(std::size_t{256}, "pt", 1, 2), 3);
}

TEST_CASE("cell_state: a continuation fires once or is taken off") {
  check_good(explore_all<hooks_scenario>(false), 4);
  check_good(explore_all<hooks_scenario>(true), 30);
}

TEST_CASE("waiter: is woken when as many cells are complete as it wants") {
  check_good(explore_all<waiter_scenario>(1U, false), 10);
  check_good(explore_all<waiter_scenario>(2U, false), 10);
}

TEST_CASE("waiter: one that times out leaves nothing behind") {
  check_good(explore_all<waiter_scenario>(1U, true), 10);
  check_good(explore_all<waiter_scenario>(2U, true), 10);
}

TEST_CASE("cell_state: a dependent is opened once, by whoever comes last") {
  check_good(explore_all<dependent_scenario>(false), 3);
}

TEST_CASE("cell_state: a dependent that is cancelled meanwhile never runs") {
  check_good(explore_all<dependent_scenario>(true), 20);
}

TEST_CASE("mailbox: each caller's calls come in order, none is lost") {
  check_good(explore_all<mailbox_scenario>(), 20);
}

TEST_CASE("class_queue: a shard belongs to one thread at a time") {
  check_good(explore_all<queue_scenario>(), 2);
}

TEST_CASE("spin_lock: lets one in at a time, and each in the end") {
  check_good(explore_all<lock_scenario>(), 2);
}
