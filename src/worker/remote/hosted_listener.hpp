#pragma once

#include "worker/remote/pushed_task.hpp"

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

struct actor_state;

/// Hears what becomes of actors that other processes call, and of those calls.
/// Thread: any; never blocks.
class hosted_listener : public pushed_listener {
 public:
  /// It is dead, nothing of it runs any more, and its object is gone. Comes once.
  virtual void buried(actor_state& actor) noexcept = 0;

 protected:
  ~hosted_listener() = default;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
