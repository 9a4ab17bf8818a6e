#pragma once

#include "rt/testing/cluster.hpp"
#include "sim/fault_plan.hpp"
#include "sim/fault_sites.hpp"

namespace rt::sim {

/// What befalls a cluster, where someone has chosen it and not its seed.
struct cluster_harm {
  /// Of head, nodes and network.   Units: its instants count from the moment at which the nodes have joined.
  fault_plan plan;
  /// Those that are active in the run; the cluster calms them when the plan's harm is to end.
  /// Owner: whoever runs it.
  fault_sites* sites = nullptr;
};

/// Returns what the seed would choose for such a cluster, from its `healed_after` and `nodes`.
fault_plan plan_for(const testing::cluster_options& options);

/// Has that happen in a cluster that has not run yet.
void befall(testing::cluster& harmed, const cluster_harm& chosen);

}  // namespace rt::sim
