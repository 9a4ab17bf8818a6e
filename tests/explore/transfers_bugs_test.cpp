#include <string_view>

#include "explore/bug_hunt.hpp"
#include "explore/transfers_search.hpp"
#include "support/catch.hpp"

// The exploration of transfers is tested: it finds each deliberate bug.

using namespace explore::transfers;

namespace {

/// A bug, and the least in which it can be seen.
struct known_bug {
  std::string_view name;
  limits least;
};

const known_bug bugs[] = {
    {"pull.restarts_from_zero",
     {.processes = 3, .holders = {0, 1}, .wanters = {2}, .chunks = 2, .window = 1, .deaths = 1}},
    {"pull.mixes_copies",
     {.processes = 3,
      .holders = {1},
      .wanters = {2},
      .chunks = 2,
      .window = 1,
      .deaths = 1,
      .remakes = 1}},
    {"pull.end_of_hope_untold", {.processes = 3, .holders = {1}, .wanters = {2}, .deaths = 1}},
    {"budget.leak_on_error", {.resets = 1}},
    {"copy.told_before_complete", {}},
    {"free.while_serving", {.frees = 1}},
    {"source.dead_kept", {.processes = 3, .holders = {1}, .wanters = {2}, .deaths = 1}},
    {"copies.lost_while_pulled",
     {.processes = 4, .holders = {1}, .wanters = {2, 3}, .window = 1, .deaths = 1}},
    {"serve.what_is_not_there",
     {.processes = 3, .wanters = {1, 2}, .chunks = 2, .window = 1, .fed_max = 1}},
};

}  // namespace

TEST_CASE("transfers: the exploration finds each deliberate bug") {
  explore::check_exploration_finds(bugs, [](const limits& least) { return search(least); });
}
