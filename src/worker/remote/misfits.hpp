#pragma once

#include "core/variant.hpp"

#include <rt/core/environment.hpp>
#include <rt/core/resource_set.hpp>
#include <rt/core/time_limit.hpp>

#include <set>
#include <string>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// What is done about tasks and actors that no node that is known could ever hold: that they wait is said
/// once for each demand, and they wait for a node to come, `unschedulable_timeout` long.
/// Owner: the environment outlives it.   Thread: under the baton.
class misfits {
 public:
  misfits(environment& world, const time_limit& limit) : world_(world), limit_(limit) {}

  void tell(const std::string& who, const resource_set& demand) {
    const std::string wanted = to_string(demand);
    if (told_.insert(wanted).second) world_.log(who + " waits: no node has " + wanted);
  }
  /// Until when waits what has waited since then.   Shape: `never` where there is no limit.
  instant until(instant since) const noexcept {
    return limit_.is_forever() ? never : since + limit_.duration().count();
  }

 private:
  environment& world_;
  const time_limit limit_;
  std::set<std::string> told_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
