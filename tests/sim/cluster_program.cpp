#include "sim/cluster_program.hpp"

namespace workloads {

void cluster_program::run(std::int64_t rounds) {
  for (std::int64_t round = 0; round < rounds; ++round) {
    begin_round(round);
    act();
    await_all();
  }
  over();
}

rt::testing::cluster_options cluster_of(const schedule& planned) {
  rt::testing::cluster_options made;
  made.seed = planned.seed;
  made.nodes = static_cast<unsigned>(planned.sizes.at("nodes"));
  made.node.num_cpus = planned.sizes.at("cpus");
  // A round takes no time to speak of, so what stays is a hang.
  made.own_time = {};
  // In some of them a session is soon full.
  if (rt::sim::random_stream(planned.seed, 92).one_in(3)) made.in_flight_bytes_max = 5'000;
  made.steps_max = 5'000'000;
  return made;
}

schedule plan_cluster(const std::string& workload, std::uint64_t seed, std::int64_t harm_max) {
  rt::sim::random_stream numbers(seed, 91);
  schedule made{.workload = workload, .seed = seed};
  made.sizes["nodes"] = numbers.between(1, 4);
  made.sizes["cpus"] = numbers.between(1, 3);
  made.sizes["rounds"] = numbers.between(1, 6);
  rt::testing::cluster_options options = cluster_of(made);
  options.healed_after = std::chrono::milliseconds(numbers.between(100, harm_max));
  made.plan = rt::sim::plan_for(options);
  return made;
}

}  // namespace workloads
