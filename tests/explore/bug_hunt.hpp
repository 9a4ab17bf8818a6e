#pragma once

#include <cstdint>
#include <iostream>
#include <string>

#include "explore/planted_bug.hpp"
#include "support/catch.hpp"

// Plants each of some deliberate bugs and looks for it. A bug has a `name`, and the `least` in which it can
// be seen.
namespace explore {

template <class Bugs, class Search>
void check_exploration_finds(const Bugs& bugs, const Search& search) {
  for (const auto& each : bugs) {
    const planted_bug bug(each.name);
    const auto found = search(each.least);
    std::cout << each.name << ", after " << found.states << " states: " << found.failure << "\n";
    CAPTURE(std::string(each.name));
    CHECK(found.failure != "");
  }
}

template <class Bugs, class RunSeeds>
void check_simulation_finds(const Bugs& bugs, const RunSeeds& run_seeds, std::uint64_t within) {
  for (const auto& each : bugs) {
    const planted_bug bug(each.name);
    const auto found = run_seeds(0, within);
    std::cout << each.name << ", after " << found.seeds << " seeds, "
              << found.failure.substr(0, found.failure.find('\n')) << "\n";
    CAPTURE(std::string(each.name));
    CHECK(found.failure != "");
  }
}

}  // namespace explore
