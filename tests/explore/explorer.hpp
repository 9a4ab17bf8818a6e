#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "explore/depth_first.hpp"
#include "sim/world.hpp"

namespace explore {

/// What is explored: a few threads over things of their own, made anew for each execution.
/// Owner: the explorer, which destroys it after a good execution.
class scenario {
 public:
  virtual ~scenario() = default;

  /// Returns the bodies of the threads.
  virtual std::vector<std::function<void()>> threads() = 0;

  /// Looks at what is left when all threads have ended. Calls `require`.
  virtual void check() = 0;
};

/// What a scenario may use while it is made and run.
struct surroundings {
  rt::sim::world& world;
  depth_first& choices;
};

struct options {
  depth_first::reduction reduction = depth_first::reduction::by_conflict;
  unsigned preemptions_max = UINT32_MAX;
  std::uint64_t executions_max = UINT64_MAX;
};

struct outcome {
  std::uint64_t executions = 0;  ///< without the redundant ones
  std::uint64_t redundant = 0;
  std::uint64_t steps_max = 0;
  bool complete = false;  ///< all interleavings have been
  std::string failure;    ///< empty, or what the first bad one did, step by step
};

/// Ends the execution as a bad one unless `holds`.   Thread: in a scenario's threads and checks.
void require(bool holds, const std::string& what);

/// Runs every interleaving of the scenario until one is bad.
outcome explore(const options& how,
                const std::function<std::unique_ptr<scenario>(surroundings)>& make);

}  // namespace explore
