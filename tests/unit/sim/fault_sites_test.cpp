#include "sim/fault_sites.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "sim/fault_plan.hpp"
#include "support/catch.hpp"

// As explored: elsewhere there are no sites.
#ifndef RT_LANE_EXPLORED
#define RT_LANE_EXPLORED
#endif
#include "core/fault_site.hpp"

using rt::sim::fault_sites;

namespace {

std::vector<bool> asked(fault_sites& sites, const std::string& name, int times) {
  std::vector<bool> answers;
  for (int i = 0; i < times; ++i) answers.push_back(sites.fires(name));
  return answers;
}

}  // namespace

TEST_CASE("fault_sites: one run in ten has none, in others half of them are on") {
  unsigned without = 0;
  unsigned on = 0;
  unsigned off = 0;
  for (std::uint64_t seed = 0; seed < 1'000; ++seed) {
    fault_sites sites(seed);
    for (const char* name : {"a", "b", "c", "d"}) sites.fires(name);
    if (sites.none()) {
      ++without;
      CHECK(sites.on().empty());
      continue;
    }
    on += static_cast<unsigned>(sites.on().size());
    off += static_cast<unsigned>(4 - sites.on().size());
  }
  CHECK(without > 70);
  CHECK(without < 130);
  CHECK(on > 1'600);
  CHECK(off > 1'600);
}

TEST_CASE("fault_sites: one that is taken away or chosen otherwise shifts no other") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    fault_sites all(seed);
    asked(all, "other", 10);
    const auto as_before = asked(all, "one", 200);
    fault_sites alone(seed);
    CHECK(asked(alone, "one", 200) == as_before);
    fault_sites chosen(seed, all.on());
    asked(chosen, "third", 5);
    CHECK(asked(chosen, "one", 200) == as_before);
    fault_sites without(seed, {});
    CHECK(asked(without, "one", 200) == std::vector<bool>(200, false));
  }
}

TEST_CASE("fault_sites: fires at its rate, until it is calm") {
  fault_sites sites(1, {{"often", 250'000}, {"seldom", 1'000}});
  asked(sites, "often", 10'000);
  asked(sites, "seldom", 10'000);
  CHECK(sites.sites().at("often").fired > 2'300);
  CHECK(sites.sites().at("often").fired < 2'700);
  CHECK(sites.sites().at("seldom").fired > 0);
  CHECK(sites.sites().at("seldom").fired < 30);
  sites.calm();
  const std::uint64_t before = sites.sites().at("often").fired;
  asked(sites, "often", 1'000);
  CHECK(sites.sites().at("often").fired == before);
  CHECK(sites.sites().at("often").asked == 11'000);
}

TEST_CASE("fault_sites: hears of what runs while it is active, and of nothing else") {
  fault_sites sites(1, {{"test.site", 1'000'000}});
  CHECK_FALSE(RT_BUGGIFY("test.site"));
  {
    const fault_sites::active here(sites);
    CHECK(RT_BUGGIFY("test.site"));
    RT_PROBE("test.probe");
    RT_PROBE("test.probe");
  }
  RT_PROBE("test.probe");
  CHECK_FALSE(RT_BUGGIFY("test.site"));
  CHECK(sites.probes().at("test.probe") == 2);
  CHECK(sites.sites().at("test.site").asked == 1);
}
