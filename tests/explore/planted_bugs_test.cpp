#include <string>
#include <string_view>

#include "explore/lane_scenarios.hpp"
#include "explore/planted_bug.hpp"
#include "support/catch.hpp"

// The explorations are tested: each deliberate bug is found, and without it the same scenario is good.

using namespace explore;

namespace {

template <class Explore>
void check_found(std::string_view name, const Explore& explored) {
  CAPTURE(std::string(name));
  CHECK(explored().failure == "");
  const planted_bug bug(name);
  const outcome result = explored();
  CHECK(result.failure != "");
}

}  // namespace

TEST_CASE("explorer: finds a shard whose last cell is taken without looking for thieves") {
  check_found("shard.take_last_unguarded",
              [] { return explore_all<shard_scenario>(std::size_t{0}, "pt", 1, 1); });
}

TEST_CASE("explorer: finds a shard that is opened while its owner is at work") {
  check_found("owners_turn.ignores_owner",
              [] { return explore_all<shard_scenario>(std::size_t{0}, "kt", 1, 1, true); });
  check_found("owners_turn.ignores_owner", [] { return explore_all<seat_scenario>(true, true); });
}

TEST_CASE("explorer: finds a baton that is laid down over another's wish") {
  check_found("baton.forgets_who_asked", [] { return explore_all<baton_scenario>(2); });
}

TEST_CASE("explorer: finds a claim that does not wait for pins") {
  check_found("cell_state.claim_ignores_pins",
              [] { return explore_all<dependent_scenario>(true); });
}

TEST_CASE("explorer: finds a taking off that others do not wait for") {
  check_found("cell_state.take_off_unlocked", [] { return explore_all<hooks_scenario>(false); });
}

TEST_CASE("explorer: finds a continuation hung on what is complete") {
  check_found("cell_state.hang_on_complete",
              [] { return explore_all<waiter_scenario>(2U, false); });
}

TEST_CASE("explorer: finds a waiter that nobody wakes") {
  check_found("waiter.fire_forgets_to_wake",
              [] { return explore_all<waiter_scenario>(1U, false); });
}
