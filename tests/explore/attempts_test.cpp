#include <iostream>
#include <string>

#include "explore/attempts_search.hpp"
#include "support/catch.hpp"

// Every run of owners and nodes within limits: every order of arrival, every moment at which a task
// starts or ends, is cancelled or taken back, a slot is recalled, a process, a node or a session
// ends.

using namespace explore::attempts;

namespace {

void check_all(const std::string& what, std::uint64_t states_min, const limits& allowed) {
  const search_result found = search(allowed);
  std::cout << "attempts: " << what << ": " << found.states << " states, " << found.steps
            << " steps, " << found.depth << " of them to the farthest, up to " << found.letters_max
            << " letters on the way" << std::endl;
  CAPTURE(what);
  CHECK(found.failure == "");
  CHECK(found.states >= states_min);  // else something is never tried
}

}  // namespace

TEST_CASE("attempts: an owner and a node") {
  check_all("3 tasks, one of them run by their owner", 240,
            {.tasks = 3, .carried = 1, .locals = 1});
  check_all("3 tasks, 2 slots, a tick", 5'000, {.cpus = 2, .tasks = 3, .carried = 1, .ticks = 1});
  check_all("3 tasks, 2 cancels, a tick", 20'000,
            {.tasks = 3, .depth = 3, .carried = 1, .cancels = 2, .ticks = 1});
  check_all("2 tasks, 2 cancels, one of them early", 1'400,
            {.tasks = 2, .carried = 2, .cancels = 2, .overtakes = 1});
  check_all("3 tasks, one waits in its slot, a cancel, a tick", 5'000,
            {.tasks = 3, .depth = 3, .cancels = 1, .overlaps = 1, .ticks = 1});
}

TEST_CASE("attempts: a process, a node or a session ends at any point") {
  check_all("3 tasks, a process dies, a cancel", 13'000,
            {.tasks = 3, .depth = 3, .carried = 1, .cancels = 1, .process_deaths = 1});
  check_all("2 tasks, two processes die", 890, {.tasks = 2, .carried = 1, .process_deaths = 2});
  check_all("3 tasks, the node dies", 1'500, {.tasks = 3, .carried = 1, .node_deaths = 1});
  check_all("3 tasks, the session ends, a cancel", 29'000,
            {.tasks = 3, .carried = 1, .cancels = 1, .breaks = 1});
  check_all("3 tasks, the session ends, late letters", 4'800, {.tasks = 3, .breaks = 1, .late = 2});
  check_all("2 tasks, a cancel that is early, the session ends", 5'000,
            {.tasks = 2, .carried = 1, .cancels = 1, .overtakes = 1, .breaks = 1});
  check_all("2 tasks, a process and the node die, the session ends", 11'000,
            {.tasks = 2, .carried = 1, .breaks = 1, .node_deaths = 1, .process_deaths = 1});
  check_all(
      "3 tasks that never run twice, all that ends", 20'000,
      {.tasks = 3, .never_twice = 2, .carried = 1, .cancels = 1, .breaks = 1, .process_deaths = 1});
}

TEST_CASE("attempts: two owners share a node") {
  check_all("2 tasks each, a recall", 10'000, {.owners = 2, .tasks = 2, .ticks = 1});
  check_all("a task each, recalls, a session ends", 2'000,
            {.owners = 2, .tasks = 1, .carried = 1, .breaks = 1, .ticks = 2});
  check_all("2 tasks each, an owner dies", 20'000,
            {.owners = 2, .tasks = 2, .owner_deaths = 1, .ticks = 1});
  check_all("2 tasks each, a recall, a process dies", 50'000,
            {.owners = 2, .tasks = 2, .process_deaths = 1, .ticks = 1});
}

TEST_CASE("attempts: two owners and two nodes") {
  check_all("a task each, a recall, a session ends", 50'000,
            {.owners = 2, .nodes = 2, .tasks = 1, .carried = 1, .breaks = 1, .ticks = 1});
}

TEST_CASE("attempts: an owner uses two nodes") {
  check_all("3 tasks, ticks", 35'000, {.nodes = 2, .tasks = 3, .ticks = 2});
  check_all("2 tasks, a session ends, a cancel", 30'000,
            {.nodes = 2, .tasks = 2, .carried = 1, .cancels = 1, .breaks = 1});
  check_all("2 tasks, a node dies, a late letter, a tick", 20'000,
            {.nodes = 2, .tasks = 2, .carried = 1, .node_deaths = 1, .late = 1, .ticks = 1});
  check_all("2 tasks, one node names the other, and drains, a tick", 5'000,
            {.nodes = 2, .tasks = 2, .carried = 1, .spills = 1, .drains = 1, .ticks = 1});
}
