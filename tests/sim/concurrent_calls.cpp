#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <rt/rt.hpp>
#include <rt/sim.hpp>

#include "sim/random_stream.hpp"
#include "sim/workload.hpp"

// Actors that run several calls at once: no more than they may, and none before the constructor has
// ended or after the destructor has begun.

namespace {

class crowd {
 public:
  crowd(int most, std::int64_t sleep_ns) : most_(most) {
    if (sleep_ns != 0) rt::this_task::sleep_for(std::chrono::nanoseconds(sleep_ns));
    here_ = true;
  }
  crowd(const crowd&) = delete;
  crowd& operator=(const crowd&) = delete;
  ~crowd() {
    rt::sim::check(inside_ == 0, "an object ended under its calls");
    here_ = false;
  }

  int enter(int number, std::int64_t sleep_ns) {
    rt::sim::check(here_, "a call started without its object");
    rt::sim::check(++inside_ <= most_, "more calls than may run at once");
    if (sleep_ns != 0) rt::this_task::sleep_for(std::chrono::nanoseconds(sleep_ns));
    --inside_;
    return number;
  }

 private:
  bool here_ = false;
  int most_;
  int inside_ = 0;
};

}  // namespace

void workloads::concurrent_calls(std::uint64_t seed) {
  rt::sim::random_stream numbers(seed, 19);
  const auto some_ns = [&](std::int64_t most) {
    return numbers.one_in(2) ? numbers.between(1, most) : 0;
  };
  for (auto actors = numbers.between(1, 3); actors > 0; --actors) {
    const int most = static_cast<int>(numbers.between(1, 4));
    auto one = rt::spawn<crowd>.with({.max_concurrency = most})(most, some_ns(300'000));
    std::vector<rt::object_ref<int>> calls;
    const int count = static_cast<int>(numbers.between(0, 12));
    for (int i = 0; i < count; ++i) {
      calls.push_back(rt::remote<&crowd::enter>(one, i, some_ns(200'000)));
      if (numbers.one_in(6)) rt::get(calls.back());
      if (numbers.one_in(6)) rt::this_task::sleep_for(std::chrono::nanoseconds(some_ns(100'000)));
    }
    const bool killed = numbers.one_in(6);
    if (killed) rt::kill(one);
    // In some the last handle goes while calls run.
    if (numbers.one_in(3)) one = {};
    for (int i = 0; i < count; ++i) {
      try {
        rt::sim::check(rt::get(calls[static_cast<std::size_t>(i)]) == i,
                       "a call found another's number");
      } catch (const rt::actor_died_error&) {
        rt::sim::check(killed, "a call failed of an actor that nobody killed");
      }
    }
  }
}
