#include "explore/borrowing_random.hpp"

#include <iostream>

#include "support/catch.hpp"

using namespace explore::borrowing;

TEST_CASE("borrowing: four to six processes, by seeds, with faults") {
  const explore::random_result all = run_seeds(0, 5000);
  std::cout << "borrowing: " << all.seeds << " seeds, " << all.steps << " steps\n";
  CHECK(all.failure == "");
}
