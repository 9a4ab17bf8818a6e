#include "sim/tally.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"

using runs::known_places;
using runs::outcome;
using runs::tally;

namespace {

/// Runs that each come by one site and one probe.
tally some_runs(std::uint64_t count, bool site_on) {
  tally sums;
  for (std::uint64_t seed = 0; seed < count; ++seed) {
    outcome one{.report = {.seed = seed, .steps = 2},
                .sites = rt::sim::fault_sites(seed, {{"a.site", site_on ? 1'000'000U : 0U}})};
    one.sites.fires("a.site");
    one.sites.reach("a.probe");
    one.plan.faults = {{.kind = rt::sim::fault_kind::crash}};
    one.network.crashes = 3;
    sums.add(one);
  }
  return sums;
}

}  // namespace

TEST_CASE("tally: sums up what befell its runs") {
  const tally sums = some_runs(10, true);
  CHECK(sums.runs == 10);
  CHECK(sums.steps == 20);
  CHECK(sums.failed == 0);
  CHECK(sums.faults_planned[static_cast<std::size_t>(rt::sim::fault_kind::crash)] == 10);
  CHECK(sums.network.crashes == 30);
  CHECK(sums.sites.at("a.site").runs_on == 10);
  CHECK(sums.sites.at("a.site").fired == 10);
  CHECK(sums.probes.at("a.probe") == 10);
}

TEST_CASE("tally: keeps how a failure is repeated") {
  tally sums;
  sums.add({.report = {.failure = "broken"},
            .sites = rt::sim::fault_sites(1),
            .repeated_by = "--seed 1"});
  CHECK(sums.failed == 1);
  CHECK(sums.failures == std::vector<std::string>{"--seed 1"});
}

TEST_CASE("tally: judges a thousand runs by the places that are known") {
  const known_places known{.sites = {{"w", {"a.site"}}}, .probes = {{"w", {"a.probe"}}}};
  CHECK(judge("w", some_runs(1'000, true), known).empty());
  CHECK(judge("w", some_runs(1'000, false), known) ==
        std::vector<std::string>{"w, in 1000 runs: never fired a.site"});
  CHECK(judge("w", some_runs(999, false), known).empty());
}

TEST_CASE("tally: tells what was never reached, and what no one knows") {
  const known_places known{.sites = {{"w", {"b.site"}}}, .probes = {{"w", {"b.probe"}}}};
  CHECK(judge("w", some_runs(1'000, true), known) ==
        std::vector<std::string>{"w, in 1000 runs: never reached b.probe",
                                 "w, in 1000 runs: never asked b.site",
                                 "w, in 1000 runs: reached an unknown a.probe",
                                 "w, in 1000 runs: asked an unknown a.site"});
}
