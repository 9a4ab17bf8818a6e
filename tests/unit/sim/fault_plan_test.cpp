#include "sim/fault_plan.hpp"

#include <array>
#include <cstdint>
#include <set>
#include <tuple>
#include <vector>

#include "sim/event_loop.hpp"
#include "support/catch.hpp"

using namespace rt::sim;

namespace {

constexpr rt::instant begin = event_loop::start;
constexpr rt::instant end = begin + 10'000'000'000;
constexpr process_number processes = 4;

auto tied(const fault& each) {
  return std::tuple(each.kind, each.begin, each.end, each.one, each.other, each.rate_ppm);
}

}  // namespace

TEST_CASE("fault_plan: has none to four kinds of fault, which end by its healing time") {
  const network_mode mode = GENERATE(network_mode::stream, network_mode::lossy);
  std::array<unsigned, 5> plans_of_kinds{};
  std::array<unsigned, fault_kinds> seen{};
  for (std::uint64_t seed = 0; seed < 2'000; ++seed) {
    const auto plan = fault_plan::from_seed(seed, mode, processes, begin, end);
    REQUIRE(plan.kinds() <= 4);
    ++plans_of_kinds[plan.kinds()];
    CHECK(plan.faults.empty() == without_harm(seed));
    CHECK(plan.healed_at == end);
    for (const fault& each : plan.faults) {
      CHECK(begin <= each.begin);
      CHECK(each.begin < each.end);
      CHECK(each.end <= plan.healed_at);
      CHECK(each.one < processes);
      CHECK(each.other < processes);
      if (each.kind != fault_kind::crash) CHECK(each.one != each.other);
    }
    const auto counts = plan.counts();
    for (std::size_t kind = 0; kind < fault_kinds; ++kind) seen[kind] += counts[kind];
  }
  CHECK(plans_of_kinds[0] > 150);
  CHECK(plans_of_kinds[0] < 250);
  for (std::size_t kinds = 1; kinds <= 4; ++kinds) CHECK(plans_of_kinds[kinds] > 350);
  for (std::size_t kind = 0; kind < fault_kinds; ++kind) {
    const auto named = static_cast<fault_kind>(kind);
    const bool of_streams = named == fault_kind::resets;
    const bool of_machines = named >= fault_kind::power_loss;
    const bool of_lossy = named >= fault_kind::loss && !of_machines;
    const bool can_be = !of_machines && (mode == network_mode::stream ? !of_lossy : !of_streams);
    CHECK((seen[kind] > 500) == can_be);
    CHECK((seen[kind] == 0) == !can_be);
  }
}

TEST_CASE("fault_plan: the same from the same seed, and another from another") {
  std::set<std::vector<std::tuple<fault_kind, rt::instant, rt::instant, process_number,
                                  process_number, std::uint32_t>>>
      plans;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const auto plan = fault_plan::from_seed(seed, network_mode::stream, processes, begin, end);
    const auto again = fault_plan::from_seed(seed, network_mode::stream, processes, begin, end);
    REQUIRE(plan.faults.size() == again.faults.size());
    std::vector<decltype(tied(fault{}))> told;
    for (std::size_t i = 0; i < plan.faults.size(); ++i) {
      CHECK(tied(plan.faults[i]) == tied(again.faults[i]));
      told.push_back(tied(plan.faults[i]));
    }
    plans.insert(told);
  }
  CHECK(plans.size() > 80);  // those without a fault are one
}

TEST_CASE("fault_plan: no process dies twice") {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const auto plan = fault_plan::from_seed(seed, network_mode::lossy, 2, begin, end);
    std::set<process_number> dead;
    for (const fault& each : plan.faults) {
      if (each.kind == fault_kind::crash) CHECK(dead.insert(each.one).second);
    }
  }
}

TEST_CASE("fault_plan: followed, does what it says and ends it") {
  event_loop loop(1);
  network net(loop, {.seed = 1});
  const auto first = net.attach(0, nullptr);
  const auto second = net.attach(1, nullptr);
  fault_plan plan{.healed_at = begin + 100};
  plan.faults = {{.kind = fault_kind::pause, .begin = begin + 10, .end = begin + 20, .one = 0},
                 {.kind = fault_kind::crash, .begin = begin + 30, .end = begin + 40, .one = 1}};
  std::vector<process_number> dead;
  std::vector<process_number> begun;
  follow(plan, loop, net,
         {.crashed = [&](process_number which) { dead.push_back(which); },
          .begins_anew = [&](process_number which) { begun.push_back(which); }});
  CHECK_FALSE(net.paused(0));
  loop.run_until(begin + 10);
  CHECK(net.paused(0));
  loop.run_until(begin + 20);
  CHECK_FALSE(net.paused(0));
  loop.run_until(begin + 30);
  CHECK(dead == std::vector<process_number>{1});
  CHECK(begun.empty());
  loop.run_until(begin + 100);
  CHECK(begun == std::vector<process_number>{1});
  CHECK(net.counts().pauses == 1);
  CHECK(net.counts().crashes == 1);
}

TEST_CASE("fault_plan: each kind has a name, by which it is found again") {
  for (std::size_t i = 0; i < fault_kinds; ++i) {
    const auto kind = static_cast<fault_kind>(i);
    CHECK(fault_kind_of(to_string(kind)) == kind);
  }
  CHECK_FALSE(fault_kind_of("earthquake").has_value());
}

TEST_CASE("fault_plan: keeps to the processes that there are") {
  fault_plan plan{.faults = {{.kind = fault_kind::crash, .one = 2, .other = 0},
                             {.kind = fault_kind::clog, .one = 0, .other = 3},
                             {.kind = fault_kind::pause, .one = 1, .other = 0}}};
  plan.keep_to(2);
  REQUIRE(plan.faults.size() == 1);
  CHECK(plan.faults[0].kind == fault_kind::pause);
}
