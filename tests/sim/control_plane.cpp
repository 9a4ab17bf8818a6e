#include "sim/control_plane_world.hpp"
#include "sim/workload.hpp"
#include "support/loop_environment.hpp"

// Heads, nodes and drivers over sessions and a log on a disk, while network, disk and processes come to
// harm: nobody who spoke is declared dead, what was acknowledged is kept and there once, of two heads the
// older stops, and once the harm has ended all agree.

namespace {

workloads::schedule plan(std::uint64_t seed) {
  return {.workload = "control_plane", .seed = seed};
}

workloads::planned_report run(const workloads::schedule& planned, rt::sim::fault_sites& sites) {
  // Its world makes its own harm, to disks too.
  sites.calm();
  workloads::planned_report made;
  control_plane_test::world all(planned.seed);
  try {
    all.run();
  } catch (const support::run_failed& failed) {
    made.report.failure = failed.what;
  }
  made.report.seed = planned.seed;
  made.report.steps = all.steps();
  made.report.trace_hash = all.hash();
  return made;
}

}  // namespace

workloads::planned_workload workloads::control_plane() { return {.plan = &plan, .run = &run}; }
