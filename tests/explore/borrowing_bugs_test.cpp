#include <string_view>

#include "explore/borrowing_random.hpp"
#include "explore/borrowing_search.hpp"
#include "explore/bug_hunt.hpp"
#include "support/catch.hpp"

// The exploration of borrowing and its simulation are tested: each finds each deliberate bug.

using namespace explore::borrowing;

namespace {

/// A bug, and the least in which it can be seen.
struct known_bug {
  std::string_view name;
  limits least;
};

const known_bug bugs[] = {
    {"refcount.skip_dec", {.processes = 2, .calls = 1}},
    {"borrowing.reply_forgets_held", {.processes = 2, .calls = 1}},
    {"borrowing.release_before_ack", {.processes = 3, .calls = 2}},
    {"borrowing.old_remove_counts", {.processes = 2, .calls = 2, .repeats = 1}},
    {"borrowing.old_answer_counts",
     {.processes = 3, .calls = 3, .empty_calls = false, .results = false}},
    {"borrowing.repeated_add_counts",
     {.processes = 3, .calls = 2, .repeats = 1, .empty_calls = false}},
    {"borrowing.repeated_handing_counts", {.processes = 2, .calls = 1, .repeats = 1}},
    {"borrowing.contents_stay_held", {.processes = 2, .calls = 0, .puts = 1}},
    {"borrowing.opening_holds_nothing",
     {.processes = 3, .calls = 2, .puts = 1, .opens = 1, .empty_calls = false, .results = false}},
    {"borrowing.death_keeps_entries", {.processes = 2, .calls = 1, .deaths = 1}},
    {"borrowing.death_releases_handings",
     {.processes = 3, .calls = 2, .deaths = 1, .buried_after_all = true}},
    {"borrowing.death_of_giver_ignored",
     {.processes = 3, .calls = 2, .deaths = 1, .buried_after_all = true}},
};

}  // namespace

TEST_CASE("borrowing: the exploration finds each deliberate bug") {
  explore::check_exploration_finds(bugs, [](const limits& least) { return search(least); });
}

TEST_CASE("borrowing: the simulation finds each deliberate bug within 5,000 seeds") {
  explore::check_simulation_finds(bugs, &run_seeds, 5000);
}
