#include <iostream>
#include <string>

#include "explore/transfers_search.hpp"
#include "support/catch.hpp"

// Every run of a few processes with one object within limits: every order of arrival, every moment
// at which someone begins or ceases to wait, a piece arrives, a session ends, a process dies.

using namespace explore::transfers;

namespace {

void check_all(const std::string& what, std::uint64_t states_min, const limits& allowed) {
  const search_result found = search(allowed);
  std::cout << "transfers: " << what << ": " << found.states << " states, " << found.steps
            << " steps, " << found.depth << " of them to the farthest\n";
  CAPTURE(what);
  CHECK(found.failure == "");
  CHECK(found.states >= states_min);  // else something is never tried
}

}  // namespace

TEST_CASE("transfers: one process pulls from the owner") {
  check_all("owner and puller, 1 piece, all faults", 4'000,
            {.deaths = 1, .frees = 1, .drops = 1, .unwants = 1, .resets = 1, .remakes = 1});
  check_all(
      "owner and puller, 3 pieces, all faults", 10'000,
      {.chunks = 3, .deaths = 1, .frees = 1, .drops = 1, .unwants = 1, .resets = 1, .remakes = 1});
}

TEST_CASE("transfers: one process pulls from two holders") {
  check_all(
      "owner, 2 holders, a puller, 2 pieces, a death", 30'000,
      {.processes = 4, .holders = {1, 2}, .wanters = {3}, .chunks = 2, .window = 1, .deaths = 1});
  check_all("owner, 2 holders, a puller, 1 piece, two deaths", 30'000,
            {.processes = 4, .holders = {1, 2}, .wanters = {3}, .window = 1, .deaths = 2});
  check_all("owner, another holder, a puller, 2 pieces, a reset, a drop", 15'000,
            {.processes = 3,
             .holders = {0, 1},
             .wanters = {2},
             .chunks = 2,
             .window = 1,
             .drops = 1,
             .resets = 1});
}

TEST_CASE("transfers: two processes pull") {
  check_all("owner, 2 pullers, 1 piece, a death", 10'000,
            {.processes = 3, .wanters = {1, 2}, .deaths = 1});
  check_all(
      "owner, 2 pullers one after another, 2 pieces, a death", 500'000,
      {.processes = 3, .wanters = {1, 2}, .chunks = 2, .window = 1, .fed_max = 1, .deaths = 1});
}
