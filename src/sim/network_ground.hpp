#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "sim/network_counts.hpp"
#include "sim/network_options.hpp"
#include "sim/network_paths.hpp"
#include "sim/network_place.hpp"
#include "sim/timeline.hpp"
#include "sim/trace_hash.hpp"

namespace rt::sim {

class link;
class simulated_transport;

/// What all parts of one network stand on.   Owner: the network.
struct network_ground {
  timeline& time;
  const network_options options;
  harm_rates harm;
  network_paths paths = {};
  network_counts counts = {};
  trace_hash trace = {};
  /// The connections that are not over at both ends, by number.
  std::map<std::uint64_t, std::shared_ptr<link>> links = {};
  std::map<network_place, simulated_transport*> listeners = {};

  bool lossy() const noexcept { return options.mode == network_mode::lossy; }
};

}  // namespace rt::sim
