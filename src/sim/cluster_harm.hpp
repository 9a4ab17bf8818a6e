#pragma once

#include "rt/testing/cluster.hpp"
#include "sim/fault_plan.hpp"
#include "sim/fault_sites.hpp"
#include "sim/network_options.hpp"

namespace rt::sim {

/// The driver in a plan for a cluster: its own number depends on how many nodes there are, and who shrinks a
/// plan leaves out nodes.
inline constexpr process_number the_driver = 1'000'000;

/// What befalls a cluster, where someone has chosen it and not its seed.
struct cluster_harm {
  /// Of head, nodes, driver and network.   Units: its instants count from the moment at which the nodes have joined.
  fault_plan plan;
  /// Those that are active in the run; the cluster calms them when the plan's harm is to end.
  /// Owner: whoever runs it.
  fault_sites* sites = nullptr;
};

/// Says what the network of such a cluster is like.
network_options network_of(const testing::cluster_options& options);

/// Returns what the seed would choose for such a cluster, from its `healed_after` and `nodes`.
/// Shape: what `fault_plan` has, some of it turned to the driver or, a crash of the head's, to its whole
/// machine; and where there is any, the head's disk and some clocks may suffer too.
fault_plan plan_for(const testing::cluster_options& options);

/// Returns what of a plan concerns a head, so many nodes and their driver, by their own numbers.
fault_plan for_nodes(fault_plan plan, process_number nodes);

/// Has that happen in a cluster that has not run yet.
void befall(testing::cluster& harmed, const cluster_harm& chosen);

}  // namespace rt::sim
