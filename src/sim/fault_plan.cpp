#include "sim/fault_plan.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "sim/random_stream.hpp"

namespace rt::sim {
namespace {

constexpr std::array<std::string_view, fault_kinds> names = {"partition",  "one_way_partition",
                                                             "isolation",  "clog",
                                                             "pause",      "crash",
                                                             "resets",     "loss",
                                                             "doubling",   "reordering",
                                                             "power_loss", "disk_full",
                                                             "slow_disk",  "clock_drift",
                                                             "clock_lag"};

bool happens_in(fault_kind kind, network_mode mode) noexcept {
  switch (kind) {
    case fault_kind::resets: return mode == network_mode::stream;
    case fault_kind::loss:
    case fault_kind::doubling:
    case fault_kind::reordering: return mode == network_mode::lossy;
    case fault_kind::power_loss:
    case fault_kind::disk_full:
    case fault_kind::slow_disk:
    case fault_kind::clock_drift:
    case fault_kind::clock_lag: return false;
    default: return true;
  }
}

fault draw_fault(random_stream& numbers, fault_kind kind, process_number processes, instant begin,
                 instant end) {
  const instant length = end - begin;
  fault drawn{.kind = kind};
  drawn.begin = begin + numbers.between(0, length * 3 / 4);
  drawn.end = std::min(end, drawn.begin + numbers.between(length / 100, length / 4));
  drawn.one = static_cast<process_number>(numbers.below(processes));
  const auto distance = static_cast<process_number>(1 + numbers.below(processes - 1));
  drawn.other = (drawn.one + distance) % processes;
  drawn.rate_ppm = static_cast<std::uint32_t>(1'000 * (1 + numbers.below(300)));
  if (kind == fault_kind::resets) drawn.rate_ppm /= 10;
  return drawn;
}

std::chrono::nanoseconds slowness(const fault& one) {
  return std::chrono::microseconds(one.rate_ppm);
}

/// What the events of a plan share.
struct following {
  network& harmed;
  fault_hooks hooks;
  harm_rates harm;

  void set(std::uint32_t harm_rates::*rate, std::uint32_t value) {
    harm.*rate = value;
    harmed.set_harm(harm);
  }

  void begin(const fault& one) {
    switch (one.kind) {
      case fault_kind::partition: return harmed.partition(one.one, one.other);
      case fault_kind::one_way_partition: return harmed.partition_one_way(one.one, one.other);
      case fault_kind::isolation: return harmed.isolate(one.one);
      case fault_kind::clog:
        return harmed.clog(one.one, one.other, std::chrono::nanoseconds(one.end - one.begin));
      case fault_kind::pause: return harmed.pause(one.one);
      case fault_kind::crash: harmed.crash(one.one); return hooks.crashed(one.one);
      case fault_kind::resets: return set(&harm_rates::reset_ppm, one.rate_ppm);
      case fault_kind::loss: return set(&harm_rates::loss_ppm, one.rate_ppm);
      case fault_kind::doubling: return set(&harm_rates::doubling_ppm, one.rate_ppm);
      case fault_kind::reordering: return set(&harm_rates::reordering_ppm, one.rate_ppm);
      case fault_kind::power_loss:
        harmed.crash(one.one);
        hooks.crashed(one.one);
        return hooks.power_lost(one.one);
      case fault_kind::disk_full: return hooks.disk_full(one.one, true);
      case fault_kind::slow_disk: return hooks.disk_slow(one.one, slowness(one));
      case fault_kind::clock_drift:
      case fault_kind::clock_lag: return;  // the clock was made so
    }
  }

  void end(const fault& one) {
    switch (one.kind) {
      case fault_kind::partition:
      case fault_kind::one_way_partition:
      case fault_kind::isolation: return harmed.heal();
      case fault_kind::clog: return;  // it knew its length
      case fault_kind::pause: return harmed.resume(one.one);
      case fault_kind::crash: return hooks.begins_anew(one.one);
      case fault_kind::resets: return set(&harm_rates::reset_ppm, 0);
      case fault_kind::loss: return set(&harm_rates::loss_ppm, 0);
      case fault_kind::doubling: return set(&harm_rates::doubling_ppm, 0);
      case fault_kind::reordering: return set(&harm_rates::reordering_ppm, 0);
      case fault_kind::power_loss: return hooks.begins_anew(one.one);
      case fault_kind::disk_full: return hooks.disk_full(one.one, false);
      case fault_kind::slow_disk: return hooks.disk_slow(one.one, {});
      case fault_kind::clock_drift:
      case fault_kind::clock_lag: return;
    }
  }
};

}  // namespace

std::string_view to_string(fault_kind kind) noexcept {
  return names[static_cast<std::size_t>(kind)];
}

std::optional<fault_kind> fault_kind_of(std::string_view name) noexcept {
  for (std::size_t i = 0; i < fault_kinds; ++i) {
    if (names[i] == name) return static_cast<fault_kind>(i);
  }
  return std::nullopt;
}

bool without_harm(std::uint64_t seed) noexcept {
  // The first number of the plan's own choice.
  return random_stream(seed, 5).one_in(10);
}

fault_plan fault_plan::from_seed(std::uint64_t seed, network_mode mode, process_number processes,
                                 instant begin, instant end) {
  random_stream choice(seed, 5);
  std::vector<fault_kind> possible;
  for (std::size_t i = 0; i < fault_kinds; ++i) {
    const auto kind = static_cast<fault_kind>(i);
    if (happens_in(kind, mode)) possible.push_back(kind);
  }
  fault_plan plan{.healed_at = end};
  std::uint64_t kinds = choice.one_in(10) ? 0 : 1 + choice.below(4);
  for (; kinds != 0; --kinds) {
    const std::size_t picked = choice.below(possible.size());
    const fault_kind kind = possible[picked];
    possible.erase(possible.begin() + static_cast<std::ptrdiff_t>(picked));
    // Each kind has numbers of its own, so that leaving one out does not change the others.
    random_stream numbers(seed, 30 + static_cast<std::uint64_t>(kind));
    std::uint64_t count = 1 + numbers.below(3);
    for (process_number nth = 0; nth < count; ++nth) {
      fault drawn = draw_fault(numbers, kind, processes, begin, end);
      if (kind == fault_kind::crash) {
        if (nth >= processes) break;
        // Each process dies once, so that it is there when it does.
        drawn.one = nth == 0 ? drawn.one : (plan.faults.back().one + 1) % processes;
      }
      plan.faults.push_back(drawn);
    }
  }
  return plan;
}

std::array<unsigned, fault_kinds> fault_plan::counts() const noexcept {
  std::array<unsigned, fault_kinds> counted{};
  for (const fault& each : faults) ++counted[static_cast<std::size_t>(each.kind)];
  return counted;
}

unsigned fault_plan::kinds() const noexcept {
  unsigned different = 0;
  for (const unsigned each : counts()) different += each != 0;
  return different;
}

void fault_plan::keep_to(process_number processes) {
  std::erase_if(faults,
                [&](const fault& each) { return std::max(each.one, each.other) >= processes; });
}

void follow(const fault_plan& plan, timeline& time, network& harmed, fault_hooks hooks) {
  const auto shared =
      std::make_shared<following>(following{harmed, std::move(hooks), harm_rates{}});
  for (const fault& each : plan.faults) {
    time.at(each.begin, [shared, each] { shared->begin(each); });
    time.at(each.end, [shared, each] { shared->end(each); });
  }
  time.at(plan.healed_at, [shared] { shared->harmed.heal(); });
}

}  // namespace rt::sim
