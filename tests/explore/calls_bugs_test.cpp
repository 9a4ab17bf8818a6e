#include <string_view>

#include "explore/bug_hunt.hpp"
#include "explore/calls_random.hpp"
#include "explore/calls_search.hpp"
#include "support/catch.hpp"

// The exploration of calls and their simulation are tested: each finds each deliberate bug.

using namespace explore::calls;

namespace {

/// A bug, and the least in which it can be seen.
struct known_bug {
  std::string_view name;
  limits least;
};

const known_bug bugs[] = {
    {"actor.order_lost_on_resend", {.calls = 2, .retries = 1, .max_restarts = 1, .crashes = 1}},
    {"epoch.not_checked",
     {.processes = 3,
      .callers = {1},
      .hosts = {2},
      .retries = 1,
      .max_restarts = 1,
      .mild_kills = 1}},
    {"actor.resend_in_flight", {.max_restarts = 1, .crashes = 1}},
    {"actor.answer_twice_counted", {.retries = 1, .max_restarts = 1, .breaks = 1, .late = 1}},
    {"actor.kept_after_owner_died", {.processes = 2, .deaths = 1}},
    {"actor.restart_limit_ignored", {.crashes = 1}},
    {"actor.epoch_not_minted", {.max_restarts = 1, .crashes = 1}},
    {"actor.begun_is_handed_back", {.max_restarts = 1, .mild_kills = 1}},
    {"actor.question_is_forgotten", {}},
    {"actor.next_life_before_the_last_is_settled",
     {.processes = 3, .callers = {1}, .hosts = {2}, .max_restarts = 1, .crashes = 1}},
    {"actor.restarts_before_the_end",
     {.processes = 3, .hosts = {1, 2}, .max_restarts = 1, .mild_kills = 1}},
    {"actor.waits_in_vain", {.processes = 3, .callers = {1}, .hosts = {2}, .breaks = 1}},
};

}  // namespace

TEST_CASE("calls: the exploration finds each deliberate bug") {
  explore::check_exploration_finds(bugs, [](const limits& least) { return search(least); });
}

TEST_CASE("calls: the simulation finds each deliberate bug within 2,000 seeds") {
  explore::check_simulation_finds(bugs, &run_seeds, 2000);
}
