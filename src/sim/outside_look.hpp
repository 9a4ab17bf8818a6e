#pragma once

#include <string>
#include <vector>

#include "rt/core/environment.hpp"

namespace rt::sim {

/// Sees threads that were started in a run, by a look at its beginning and one at its end. One that was also
/// ended in it is seen where the process had no other before it.
/// Lifecycle: made when the run begins.   Thread: the run's.
/// Invariants: says nothing of a run that starts none, however loaded the machine is; costs a process that never
/// had threads no system call.
class outside_look {
 public:
  outside_look() noexcept;

  /// Returns what has been seen since, in words, a line each.
  std::vector<std::string> warnings() const;

 private:
  bool was_alone_ = false;
  long threads_ = 0;
  instant others_computed_ = 0;
};

}  // namespace rt::sim
