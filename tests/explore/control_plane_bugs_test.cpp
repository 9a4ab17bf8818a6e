#include <iostream>
#include <string>
#include <string_view>

#include "explore/planted_bug.hpp"
#include "sim/control_plane_world.hpp"
#include "support/catch.hpp"
#include "support/loop_environment.hpp"

// The simulation of the control plane is tested: it finds each deliberate bug.

namespace {

constexpr std::string_view bugs[] = {
    "log.ack_before_sync",    "term.not_checked",     "epoch.not_checked",
    "stale.readmitted",       "view.gap_ignored",     "register.not_keyed",
    "death.not_logged",       "sleep.not_noticed",    "log.rename_before_sync",
    "log.ack_before_renamed", "log.copy_misses_late", "replace.not_checked",
};

/// Returns what the first failing run says; nothing where none fails.
std::string first_failure(std::uint64_t seeds) {
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    control_plane_test::world one(seed);
    try {
      one.run();
    } catch (const support::run_failed& failed) {
      return "seed " + std::to_string(seed) + ": " + failed.what;
    }
  }
  return {};
}

}  // namespace

TEST_CASE("control plane: the simulation finds each deliberate bug within 2,000 seeds") {
  for (const std::string_view each : bugs) {
    const explore::planted_bug bug(each);
    const std::string found = first_failure(2000);
    std::cout << each << ", " << found << "\n";
    CAPTURE(std::string(each));
    CHECK(found != "");
  }
}
