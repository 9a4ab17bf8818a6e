#include "explore/attempts_random.hpp"

#include <iostream>

#include "support/catch.hpp"

using namespace explore::attempts;

TEST_CASE("attempts: two or three owners and up to four nodes, by seeds, with faults") {
  const explore::random_result all = run_seeds(0, 5000);
  std::cout << "attempts: " << all.seeds << " seeds, " << all.steps << " steps\n";
  CHECK(all.failure == "");
}
