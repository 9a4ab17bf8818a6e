#include "explore/calls_random.hpp"

#include <iostream>

#include "support/catch.hpp"

using namespace explore::calls;

TEST_CASE("calls: up to five processes call an actor, by seeds, with faults") {
  const explore::random_result all = run_seeds(0, 20'000);
  std::cout << "calls: " << all.seeds << " seeds, " << all.steps << " steps\n";
  CHECK(all.failure == "");
}
