#include <string_view>

#include "explore/attempts_random.hpp"
#include "explore/attempts_search.hpp"
#include "explore/bug_hunt.hpp"
#include "support/catch.hpp"

// The exploration of attempts and their simulation are tested: each finds each deliberate bug.

using namespace explore::attempts;

namespace {

/// A bug, and the least in which it can be seen.
struct known_bug {
  std::string_view name;
  limits least;
};

const known_bug bugs[] = {
    {"retry.ignores_max", {.retries = 0, .node_deaths = 1}},
    {"unknown.not_counted", {.node_deaths = 1}},
    {"attempt.stale_answer_counts", {.breaks = 1, .late = 1}},
    {"session_end.trusts_marks", {.tasks = 3, .depth = 3, .node_deaths = 1}},
    {"died.next_is_not_started", {.process_deaths = 1}},
    {"never_twice.queued_behind", {.tasks = 2, .never_twice = 2}},
    {"slot.start_out_of_order", {.tasks = 3, .depth = 3}},
    {"take_back.not_forgotten", {.cpus = 2, .tasks = 2, .ticks = 1}},
    {"cancel.no_tombstone", {.carried = 1, .cancels = 1, .overtakes = 1}},
    {"cancel.starts_anyway", {.tasks = 2, .cancels = 1}},
    {"lease.leak_on_session_end", {.breaks = 1}},
    {"quota.leak_on_error", {.process_deaths = 1}},
    {"hand_back.kept", {.tasks = 3, .carried = 3}},
};

}  // namespace

TEST_CASE("attempts: the exploration finds each deliberate bug") {
  explore::check_exploration_finds(bugs, [](const limits& least) { return search(least); });
}

TEST_CASE("attempts: the simulation finds each deliberate bug within 2,000 seeds") {
  explore::check_simulation_finds(bugs, &run_seeds, 2000);
}
