#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <rt/rt.hpp>
#include <rt/sim.hpp>

#include "sim/random_stream.hpp"
#include "sim/workload.hpp"

// Things end in the middle of others: actors are killed or leave while calls are queued, references
// are dropped, the driver returns while tasks run. Every reference still resolves, nothing is left.

namespace {

int alive = 0;

struct mortal {
  mortal() { ++alive; }
  mortal(const mortal&) = delete;
  mortal& operator=(const mortal&) = delete;
  ~mortal() { --alive; }

  int total = 0;
  int add(int amount, std::int64_t sleep_ns) {
    if (sleep_ns != 0) rt::this_task::sleep_for(std::chrono::nanoseconds(sleep_ns));
    return total += amount;
  }
  void leave() { rt::exit_actor(); }
};

int slow(int index, std::int64_t sleep_ns) {
  rt::this_task::sleep_for(std::chrono::nanoseconds(sleep_ns));
  return index;
}

rt::object_ref<int> passed_on(int index) { return rt::remote<slow>(index, 100'000); }

/// Gets a call's value, or sees that its actor has died.   Shape: whether it has.
bool died(const rt::object_ref<int>& call) {
  try {
    rt::sim::check(rt::get(call) > 0, "a call gave nothing");
    return false;
  } catch (const rt::actor_died_error&) {
    return true;
  }
}

}  // namespace

void workloads::endings(std::uint64_t seed) {
  rt::sim::random_stream numbers(seed, 15);
  alive = 0;
  std::vector<rt::object_ref<int>> calls;
  const auto actors = numbers.between(1, 3);
  for (int i = 0; i < actors; ++i) {
    auto one = rt::spawn<mortal>();
    const auto before = numbers.below(5);
    const auto after = numbers.below(4);
    const auto one_call = [&] {
      const std::int64_t sleep_ns = numbers.one_in(3) ? numbers.between(1, 500'000) : 0;
      calls.push_back(rt::remote<&mortal::add>(one, 1, sleep_ns));
    };
    for (std::uint64_t k = 0; k < before; ++k) one_call();
    const auto end = numbers.below(3);
    if (end == 0) rt::kill(one);
    if (end == 1) rt::remote<&mortal::leave>(one);
    const std::size_t first_after = calls.size();
    for (std::uint64_t k = 0; k < after; ++k) one_call();
    if (end != 2) {
      for (std::size_t k = first_after; k < calls.size(); ++k) {
        rt::sim::check(died(calls[k]), "a call was made after its actor's end");
      }
    }
  }
  std::vector<rt::object_ref<int>> tasks;
  for (std::uint64_t i = numbers.below(8); i > 0; --i) {
    tasks.push_back(rt::remote<slow>(static_cast<int>(i), numbers.between(0, 1'000'000)));
    if (numbers.one_in(3)) tasks.pop_back();
  }
  if (numbers.one_in(2)) {
    auto inner = rt::get(rt::remote<passed_on>(7));
    rt::sim::check(rt::get(std::move(inner)) == 7, "a reference passed on led elsewhere");
  }
  if (numbers.one_in(2)) {
    for (const auto& each : calls) died(each);
  }
  // The rest resolves while the runtime ends.
}
