#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <rt/rt.hpp>
#include <rt/sim.hpp>

#include "sim/random_stream.hpp"
#include "sim/workload.hpp"

// Cancels that race with everything: a task either has its value or was cancelled, its effects come
// at most once, what depends on a cancelled one fails, and no one waits for ever.

namespace {

std::vector<int> effects;

int work(int index, std::int64_t sleep_ns, bool polite) {
  if (polite) {
    // Looks now and then whether it should stop.
    for (int i = 0; i < 8 && !rt::this_task::cancelled(); ++i) {
      rt::this_task::sleep_for(std::chrono::nanoseconds(sleep_ns / 8));
    }
  } else if (sleep_ns != 0) {
    rt::this_task::sleep_for(std::chrono::nanoseconds(sleep_ns));
  }
  ++effects[static_cast<std::size_t>(index)];
  return index;
}

int parent(int index, std::int64_t sleep_ns) {
  const int own = rt::get(rt::remote<work>(index, sleep_ns, true));
  return own;
}

int after(int before) { return before; }

}  // namespace

void workloads::cancels(std::uint64_t seed) {
  rt::sim::random_stream numbers(seed, 13);
  const auto count = static_cast<std::size_t>(numbers.between(2, 24));
  effects.assign(count, 0);
  std::vector<rt::object_ref<int>> refs;
  std::vector<rt::object_ref<int>> dependents;
  std::vector<bool> cancelled(count, false);
  const auto cancel_one = [&] {
    const std::size_t index = numbers.below(refs.size());
    cancelled[index] = true;
    rt::cancel(refs[index]);
    if (numbers.one_in(3)) rt::cancel(refs[index]);
  };
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t sleep_ns = numbers.one_in(2) ? numbers.between(0, 4'000'000) : 0;
    const int index = static_cast<int>(i);
    if (numbers.one_in(4)) {
      refs.push_back(rt::remote<parent>(index, sleep_ns));
    } else {
      refs.push_back(rt::remote<work>(index, sleep_ns, numbers.one_in(2)));
    }
    dependents.push_back(rt::remote<after>(refs.back()));
    if (numbers.one_in(3)) cancel_one();
  }
  for (std::uint64_t i = numbers.below(count); i > 0; --i) {
    cancel_one();
    if (numbers.one_in(3)) rt::wait(refs, {.num_returns = 1});
  }
  for (std::size_t i = 0; i < count; ++i) {
    bool was_cancelled = false;
    try {
      rt::sim::check(rt::get(refs[i]) == static_cast<int>(i), "another task's value");
    } catch (const rt::task_cancelled_error&) {
      was_cancelled = true;
      rt::sim::check(cancelled[i], "a task was cancelled by nobody");
    }
    try {
      rt::sim::check(rt::get(dependents[i]) == static_cast<int>(i), "a dependent's wrong value");
      rt::sim::check(!was_cancelled, "a dependent of a cancelled task has a value");
    } catch (const rt::task_cancelled_error&) {
      rt::sim::check(was_cancelled, "a dependent failed, but not its argument");
    }
    if (!was_cancelled) rt::sim::check(effects[i] == 1, "a task's effect is missing");
    rt::sim::check(effects[i] <= 1, "a task's effect came twice");
  }
}
