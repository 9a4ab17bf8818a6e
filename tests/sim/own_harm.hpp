#pragma once

#include "sim/workload.hpp"
#include "support/loop_environment.hpp"

namespace workloads {

/// Runs a world that makes its harm itself from its seed: no fault site fires there.
template <class World>
planned_report run_with_own_harm(const schedule& planned, rt::sim::fault_sites& sites) {
  sites.calm();
  planned_report made;
  World all(planned.seed);
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

}  // namespace workloads
