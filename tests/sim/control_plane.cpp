#include "sim/control_plane_world.hpp"
#include "sim/own_harm.hpp"
#include "sim/workload.hpp"

// Heads, nodes and drivers over sessions and a log on a disk, while network, disk and processes come to
// harm: nobody who spoke is declared dead, what was acknowledged is kept and there once, of two heads the
// older stops, and once the harm has ended all agree.

namespace {

workloads::schedule plan(std::uint64_t seed) { return {.workload = "control_plane", .seed = seed}; }

}  // namespace

workloads::planned_workload workloads::control_plane() {
  return {.plan = &plan, .run = &run_with_own_harm<control_plane_test::world>};
}
