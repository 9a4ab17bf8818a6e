#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <vector>

#include <rt/testing/cluster.hpp>

#include "sim/cluster_program.hpp"
#include "sim/cluster_programs.hpp"
#include "sim/random_stream.hpp"
#include "sim/workload.hpp"

// One to three of the programs of clusters in one run: each begins its round before any waits for its own,
// so that their tasks meet in the same slots and sessions.

namespace {

class program final : public workloads::cluster_program {
 public:
  static constexpr const char* workload = "cluster_mixtures";

  program(rt::testing::cluster& around, std::uint64_t seed) : cluster_program(around, seed) {
    constexpr workloads::program_maker makers[] = {
        &workloads::program_of_tasks,   &workloads::program_of_references,
        &workloads::program_of_rings,   &workloads::program_of_waits,
        &workloads::program_of_cancels, &workloads::program_of_registers};
    std::vector<workloads::program_maker> left(std::begin(makers), std::end(makers));
    rt::sim::random_stream choices(seed, 92);
    for (std::int64_t more = choices.between(1, 3); more != 0; --more) {
      const auto at = left.begin() + static_cast<std::ptrdiff_t>(choices.below(left.size()));
      parts_.push_back((*at)(around, choices.next()));
      left.erase(at);
    }
  }

  void run(std::int64_t rounds) {
    for (std::int64_t round = 0; round < rounds; ++round) {
      for (const auto& each : parts_) each->begin_round(round);
      for (const auto& each : parts_) each->act();
      for (const auto& each : parts_) each->await_all();
    }
    for (const auto& each : parts_) each->over();
  }

 private:
  std::vector<std::unique_ptr<cluster_program>> parts_;
};

}  // namespace

workloads::planned_workload workloads::cluster_mixtures() { return cluster_workload<program>(); }

// The same, and the driver dies in its midst: head and nodes come to rest without it.
workloads::planned_workload workloads::cluster_driver_dies() {
  planned_workload made = cluster_workload<program>();
  made.plan = [](std::uint64_t seed) {
    schedule planned = plan_cluster("cluster_driver_dies", seed, 5'000);
    rt::sim::random_stream numbers(seed, 93);
    const rt::instant when =
        numbers.between(0, std::min<rt::instant>(planned.plan.healed_at, 300'000'000));
    planned.plan.faults.push_back({.kind = rt::sim::fault_kind::crash,
                                   .begin = when,
                                   .end = planned.plan.healed_at,
                                   .one = rt::sim::the_driver});
    return planned;
  };
  return made;
}
