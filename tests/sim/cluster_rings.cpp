#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <rt/rt.hpp>
#include <rt/testing/cluster.hpp>

#include "sim/cluster_program.hpp"
#include "sim/cluster_programs.hpp"
#include "sim/workload.hpp"

// Rings of references through tasks: each turn takes the reference at the front, and puts at the back one
// of its own, whose value is one more. So a ring is owned by ever more processes, whoever made a value has
// let go of it long ago, and after each number of turns its sum is known.

namespace {

using rt::sim::check;
using workloads::holder;
using workloads::sleep;

int next(int before, int ms) {
  sleep(ms);
  return before + 1;
}
holder begin(int size, int ms) {
  holder ring;
  for (int value = 0; value < size; ++value) ring.refs.push_back(rt::put(value));
  sleep(ms);
  return ring;
}
holder turn(const holder& ring, int ms) {
  holder turned;
  turned.refs.assign(ring.refs.begin() + 1, ring.refs.end());
  const rt::object_ref<int>& front = ring.refs.front();
  // Read here, or by a task of its own, which has the reference when this one is through.
  if (ms % 2 == 0) turned.refs.push_back(rt::put(rt::get(front) + 1));
  else turned.refs.push_back(rt::remote<next>(front, ms));
  sleep(ms);
  return turned;
}
/// Turns it some times, each turn in a task that the one before has made.
holder turn_on(const holder& ring, int turns, int ms) {
  const holder turned = turn(ring, ms);
  if (turns == 1) return turned;
  return rt::get(rt::remote<turn_on>(turned, turns - 1, ms));
}
int sum(const holder& ring) {
  int made = 0;
  for (const int each : rt::get(ring.refs)) made += each;
  return made;
}

class program final : public workloads::cluster_program {
 public:
  static constexpr const char* workload = "cluster_rings";

  using cluster_program::cluster_program;

  void act() override {
    for (std::int64_t rings = numbers().between(1, 3); rings != 0; --rings) {
      const int size = static_cast<int>(numbers().between(1, 6));
      known now{rt::remote<begin>(size, some_ms(2, 30)), size * (size - 1) / 2};
      for (std::int64_t turns = numbers().between(1, 12); turns != 0; --turns) {
        now = turned(now);
        if (numbers().one_in(6)) kept_.push_back(now);
      }
      kept_.push_back(now);
    }
  }

  void await_all() override {
    while (!kept_.empty()) {
      const known one = take_any(kept_);
      guarded([&] {
        const int came =
            numbers().one_in(2) ? sum(rt::get(one.ref)) : rt::get(rt::remote<sum>(one.ref));
        check(came == one.sum,
              "a ring sums up to " + std::to_string(came) + ", not to " + std::to_string(one.sum));
      });
    }
    pause(300);
  }

 private:
  struct known {
    rt::object_ref<holder> ref;
    int sum;
  };

  known turned(const known& before) {
    const int ms = some_ms(2, 30);
    if (!numbers().one_in(4)) return {rt::remote<turn>(before.ref, ms), before.sum + 1};
    const int turns = static_cast<int>(numbers().between(2, 4));
    return {rt::remote<turn_on>(before.ref, turns, ms), before.sum + turns};
  }

  std::vector<known> kept_;
};

}  // namespace

workloads::planned_workload workloads::cluster_rings() { return cluster_workload<program>(); }

std::unique_ptr<workloads::cluster_program> workloads::program_of_rings(
    rt::testing::cluster& around, std::uint64_t seed) {
  return std::make_unique<program>(around, seed);
}
