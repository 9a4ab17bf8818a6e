#include "sim/shrinking.hpp"

#include <algorithm>

#include "support/catch.hpp"

using rt::sim::fault_kind;
using workloads::schedule;

namespace {

schedule large() {
  schedule made{.workload = "sessions", .sizes = {{"processes", 4}, {"sayings", 300}}};
  for (int i = 0; i < 8; ++i) {
    made.plan.faults.push_back({.kind = fault_kind::pause, .begin = i, .one = 0});
  }
  made.sites = rt::sim::site_rates{{"a.a", 1}, {"b.b", 1}, {"c.c", 1}};
  return made;
}

bool has_fault(const schedule& in, rt::instant begin) {
  return std::any_of(in.plan.faults.begin(), in.plan.faults.end(),
                     [&](const auto& each) { return each.begin == begin; });
}

}  // namespace

TEST_CASE("shrinking: keeps what the failure needs, and nothing else") {
  const auto fails = [](const schedule& run) {
    return has_fault(run, 2) && has_fault(run, 5) && run.sites->count("b.b") != 0 &&
           run.sizes.at("sayings") >= 30;
  };
  const schedule small = runs::shrink(large(), {{"processes", 2}, {"sayings", 1}}, fails);
  CHECK(fails(small));
  CHECK(small.plan.faults.size() == 2);
  CHECK(small.sites->size() == 1);
  CHECK(small.sizes.at("processes") == 2);
  CHECK(small.sizes.at("sayings") == 30);
}

TEST_CASE("shrinking: takes again what could not go before something else had gone") {
  const auto fails = [](const schedule& run) {
    // The site is needed as long as there are many sayings.
    return run.sites->count("a.a") != 0 || run.sizes.at("sayings") < 100;
  };
  const schedule small = runs::shrink(large(), {{"processes", 2}, {"sayings", 50}}, fails);
  CHECK(small.plan.faults.empty());
  CHECK(small.sites->empty());
  CHECK(small.sizes.at("sayings") == 50);
}

TEST_CASE("shrinking: what needs all of it stays whole") {
  const auto fails = [](const schedule& run) { return to_text(run) == to_text(large()); };
  CHECK(to_text(runs::shrink(large(), {{"processes", 2}, {"sayings", 1}}, fails)) ==
        to_text(large()));
}
