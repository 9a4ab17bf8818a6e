#include "sim/cluster_harm.hpp"

#include <algorithm>
#include <vector>

#include "sim/process_clock.hpp"
#include "sim/random_stream.hpp"

namespace rt::sim {
namespace {

/// The driver is away for less than others take it for dead after.
constexpr instant driver_harm_max = 2'000'000'000;

bool is_of_a_path(fault_kind kind) noexcept {
  return kind == fault_kind::partition || kind == fault_kind::one_way_partition ||
         kind == fault_kind::clog;
}

/// Has some of what befalls a node befall the driver instead.
void turn_to_driver(fault_plan& plan, std::uint64_t seed) {
  random_stream numbers(seed, 34);
  for (fault& each : plan.faults) {
    const bool turned = numbers.one_in(4);
    const bool is_first = numbers.one_in(2);
    if (!turned) continue;
    if (is_of_a_path(each.kind)) {
      (is_first ? each.one : each.other) = the_driver;
    } else if (each.kind == fault_kind::pause || each.kind == fault_kind::isolation) {
      each.one = the_driver;
    } else {
      continue;
    }
    each.end = std::min(each.end, each.begin + driver_harm_max);
  }
}

/// Has the head's disk suffer.
void harm_disk(fault_plan& plan, std::uint64_t seed, instant length) {
  random_stream numbers(seed, 35);
  bool crashes = false;
  for (fault& each : plan.faults) {
    if (each.kind != fault_kind::crash || each.one != 0) continue;
    crashes = true;
    if (numbers.one_in(2)) each.kind = fault_kind::power_loss;
  }
  const auto add = [&](fault_kind kind, std::uint32_t rate_ppm) {
    const instant begin = numbers.between(0, length * 3 / 4);
    const instant end = std::min(length, begin + numbers.between(length / 100, length / 4));
    plan.faults.push_back({.kind = kind, .begin = begin, .end = end, .rate_ppm = rate_ppm});
  };
  if (numbers.one_in(8) && !crashes) add(fault_kind::power_loss, 0);
  if (numbers.one_in(4)) add(fault_kind::disk_full, 0);
  if (numbers.one_in(4)) {
    const auto rate = static_cast<std::uint32_t>(1'000 * numbers.between(1, 100));
    add(fault_kind::slow_disk, rate);
  }
}

/// Has clocks of some machines gain or lose, among them the driver's.
void let_clocks_drift(fault_plan& plan, std::uint64_t seed, process_number nodes, instant length) {
  random_stream numbers(seed, 36);
  if (!numbers.one_in(3)) return;
  for (process_number each = 0; each <= nodes + 1; ++each) {
    const std::int64_t widest = numbers.one_in(2) ? 200 : process_clock::drift_ppm_max;
    const std::int64_t drift = numbers.between(0, widest);
    const bool loses = numbers.one_in(2);
    if (!numbers.one_in(2)) continue;
    plan.faults.push_back({.kind = loses ? fault_kind::clock_lag : fault_kind::clock_drift,
                           .end = length,
                           .one = each <= nodes ? each : the_driver,
                           .rate_ppm = static_cast<std::uint32_t>(drift)});
  }
}

}  // namespace

network_options network_of(const testing::cluster_options& options) {
  random_stream numbers(options.seed, 31);
  const bool lossy = numbers.one_in(2);
  network_options made;
  made.seed = options.seed;
  made.mode =
      options.links == testing::links::lossy || (options.links == testing::links::by_seed && lossy)
          ? network_mode::lossy
          : network_mode::stream;
  return made;
}

fault_plan plan_for(const testing::cluster_options& options) {
  const instant length = options.healed_after.count();
  fault_plan plan =
      fault_plan::from_seed(options.seed, network_of(options).mode, options.nodes + 1, 0, length);
  if (plan.faults.empty()) return plan;
  turn_to_driver(plan, options.seed);
  harm_disk(plan, options.seed, length);
  let_clocks_drift(plan, options.seed, options.nodes, length);
  return plan;
}

fault_plan for_nodes(fault_plan plan, process_number nodes) {
  for (fault& each : plan.faults) {
    for (process_number* const named : {&each.one, &each.other}) {
      // A node that is not there; not the driver, whose number it would be.
      if (*named == the_driver) *named = nodes + 1;
      else if (*named > nodes) *named = the_driver;
    }
  }
  plan.keep_to(nodes + 2);
  return plan;
}

}  // namespace rt::sim
