#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include <rt/rt.hpp>
#include <rt/sim.hpp>

#include "sim/random_stream.hpp"
#include "sim/workload.hpp"

// Tasks with deadlines that sleep: who is done before has its value, who is not is cancelled, and
// timed waits come back in time.

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

/// Sleeps in steps of a millisecond until done or told to stop; returns how many it slept.
int sleeper(int steps) {
  int slept = 0;
  while (slept < steps && !rt::this_task::cancelled()) {
    rt::this_task::sleep_for(milliseconds(1));
    ++slept;
  }
  return slept;
}

int parent_of_sleeper(int steps) { return rt::get(rt::remote<sleeper>(steps)); }

}  // namespace

void workloads::deadlines(std::uint64_t seed) {
  rt::sim::random_stream numbers(seed, 14);
  struct expectation {
    int steps;
    std::optional<int> limit;
    rt::object_ref<int> ref;
  };
  std::vector<expectation> all;
  const auto count = numbers.between(1, 12);
  for (int i = 0; i < count; ++i) {
    expectation made;
    made.steps = static_cast<int>(numbers.between(0, 10));
    rt::task_options options;
    if (numbers.one_in(2)) {
      made.limit = static_cast<int>(numbers.between(0, 12));
      options.deadline = milliseconds(*made.limit);
    }
    made.ref = numbers.one_in(3) ? rt::remote<parent_of_sleeper>.with(options)(made.steps)
                                 : rt::remote<sleeper>.with(options)(made.steps);
    all.push_back(std::move(made));
  }
  for (const auto& each : all) {
    if (numbers.one_in(3)) {
      // A timed get neither helps nor hurts.
      const auto found = rt::try_get(each.ref, microseconds(numbers.below(3'000)));
      if (!found) {
        const auto code = found.error().code;
        rt::sim::check(code == rt::errc::get_timeout || code == rt::errc::task_cancelled,
                       "a timed get failed otherwise");
      }
    }
  }
  for (const auto& each : all) {
    try {
      rt::sim::check(rt::get(each.ref) == each.steps, "a sleeper stopped early without being told");
      if (each.limit) {
        rt::sim::check(each.steps <= *each.limit, "a task outlived its deadline");
      }
    } catch (const rt::task_cancelled_error&) {
      rt::sim::check(each.limit.has_value(), "a task without deadline was cancelled");
    }
  }
}
