#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "harness/machine.hpp"
#include "harness/work.hpp"
#include "ours/local.hpp"
#include "ours/ours.hpp"

namespace bench::ours {
namespace {

constexpr std::size_t window = 1024;

std::uint64_t work(std::uint64_t iterations, std::uint64_t seed) { return spin(iterations, seed); }

/// Tells the tasks of `queued_task_bytes` that hold the slots when to end.
std::atomic<bool> gate_open = false;
std::atomic<int> gates_held = 0;

void hold_slot() {
  gates_held.fetch_add(1);
  while (!gate_open.load()) std::this_thread::yield();
}

}  // namespace

double task_round_trip(const session& s) {
  const rt::runtime runtime{local(s)};
  return seconds_each(s, window, [&] {
    for (std::size_t i = 0; i < window; ++i) {
      keep(rt::get(rt::remote<increment>(static_cast<int>(i))));
    }
  });
}

double slot_round_trip(const session& s) {
  const rt::runtime runtime{local(s)};
  return seconds_each(s, window, [&] {
    for (std::size_t i = 0; i < window; ++i) {
      const auto task = rt::remote<increment>.with({.in_caller = false});
      keep(rt::get(task(static_cast<int>(i))));
    }
  });
}

double slot_round_trip_after_idle(const session& s) {
  const rt::runtime runtime{local(s)};
  std::vector<double> each;
  const auto start = steady::now();
  do {
    const auto idle = steady::now();
    while (seconds_since(idle) < 1e-3) {
    }
    const auto begin = steady::now();
    keep(rt::get(rt::remote<increment>.with({.in_caller = false})(1)));
    each.push_back(seconds_since(begin));
  } while (seconds_since(start) < s.seconds && !s.quick);
  std::sort(each.begin(), each.end());
  return each[each.size() / 2];
}

double task_window(const session& s) {
  const rt::runtime runtime{local(s)};
  std::vector<rt::object_ref<int>> refs(window);
  return rate(s, window, [&] {
    for (std::size_t i = 0; i < window; ++i) refs[i] = rt::remote<increment>(static_cast<int>(i));
    for (auto& r : refs) keep(rt::get(std::move(r)));
  });
}

double task_work(const session& s, double microseconds, getting how) {
  const rt::runtime runtime{local(s)};
  const auto iterations = iterations_for(microseconds);
  std::vector<rt::object_ref<std::uint64_t>> refs(window);
  return rate(s, window, [&] {
    for (std::size_t i = 0; i < window; ++i) refs[i] = rt::remote<work>(iterations, i);
    if (how == getting::as_vector) {
      keep(rt::get(refs).data());
    } else {
      for (auto& r : refs) keep(rt::get(std::move(r)));
    }
  });
}

double queued_million_seconds(const session& s) {
  const rt::runtime runtime{local(s)};
  const std::size_t count = s.scaled(1'000'000);
  const auto begin = steady::now();
  std::vector<rt::object_ref<int>> refs(count);
  for (std::size_t i = 0; i < count; ++i) refs[i] = rt::remote<increment>(static_cast<int>(i));
  for (auto& r : refs) keep(rt::get(std::move(r)));
  return seconds_since(begin);
}

double queued_task_bytes(const session& s) {
  const rt::runtime runtime{local(s)};
  const std::size_t count = s.scaled(1'000'000);
  std::vector<rt::object_ref<void>> gates;
  for (int i = 0; i < s.cores; ++i) {
    gates.push_back(rt::remote<hold_slot>.with({.in_caller = false})());
  }
  while (gates_held.load() < s.cores) std::this_thread::yield();
  const std::size_t before = resident_bytes();
  std::vector<rt::object_ref<int>> refs(count);
  for (std::size_t i = 0; i < count; ++i) refs[i] = rt::remote<increment>(static_cast<int>(i));
  const std::size_t after = resident_bytes();
  gate_open.store(true);
  rt::get(gates);
  keep(rt::get(refs).size());
  return static_cast<double>(after - before) / static_cast<double>(count);
}

double idle_percent(const session& s) {
  const rt::runtime runtime{local(s)};
  std::vector<rt::object_ref<int>> refs;
  for (int i = 0; i < 1000; ++i) refs.push_back(rt::remote<increment>(i));
  rt::get(refs);
  const auto settle = std::chrono::milliseconds(s.quick ? 1 : 100);
  const auto watch = std::chrono::milliseconds(s.quick ? 10 : 1000);
  std::this_thread::sleep_for(settle);  // its threads may look around before they sleep
  const double before = process_cpu_seconds();
  const auto begin = steady::now();
  std::this_thread::sleep_for(watch);
  return 100 * (process_cpu_seconds() - before) / seconds_since(begin);
}

double start_seconds(const session& s) {
  const auto begin = steady::now();
  const rt::runtime runtime{local(s)};
  keep(rt::get(rt::remote<increment>(1)));
  return seconds_since(begin);
}

}  // namespace bench::ours
