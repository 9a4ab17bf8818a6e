#include <iostream>
#include <string>

#include "explore/attempts_world.hpp"
#include "explore/world_search.hpp"
#include "support/catch.hpp"

// Every run of owners and nodes within limits: every order of arrival, every moment at which a task
// starts or ends, is cancelled, a slot is recalled, a process, a node or a session ends.

using namespace explore::attempts;

namespace {

void check_all(const std::string& what, std::uint64_t states_min, const limits& allowed) {
  const explore::search_result found = explore::search_world<action>(world(allowed));
  std::cout << "attempts: " << what << ": " << found.states << " states, " << found.steps
            << " steps, " << found.depth << " of them to the farthest, up to " << found.letters_max
            << " letters on the way" << std::endl;
  CAPTURE(what);
  CHECK(found.failure == "");
  CHECK(found.states >= states_min);  // else something is never tried
}

}  // namespace

TEST_CASE("attempts: an owner and a node") {
  check_all("2 tasks", 10, {.tasks = 2});
  check_all("3 tasks, carried", 10, {.tasks = 3, .carried = 2});
  check_all("2 tasks, 2 slots, a tick", 10, {.cpus = 2, .tasks = 2, .ticks = 1});
  check_all("2 tasks, a cancel", 10, {.tasks = 2, .carried = 1, .cancels = 1});
  check_all("2 tasks, a session ends", 10, {.tasks = 2, .carried = 1, .breaks = 1});
  check_all("2 tasks, a node dies", 10, {.tasks = 2, .carried = 1, .node_deaths = 1});
  check_all("2 tasks, a process dies", 10, {.tasks = 2, .carried = 1, .process_deaths = 1});
}
