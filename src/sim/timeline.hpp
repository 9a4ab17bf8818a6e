#pragma once

#include <functional>

#include "rt/core/environment.hpp"

namespace rt::sim {

/// Virtual time, as those see it who have things happen in it: the network, timers, plans of faults.
/// Who makes it pass is another's business: a plain loop (`event_loop`), or the world of fibers
/// (`world_timeline`).
class timeline {
 public:
  using event = std::function<void()>;

  virtual instant now() const noexcept = 0;

  /// Has `what` happen at `when`; after the event that runs now, where that is not in the future.
  /// Events of one instant come in an order that the seed chooses, since no clock of a real cluster
  /// would order them; who needs an order keeps a queue.
  virtual void at(instant when, event what) = 0;

 protected:
  ~timeline() = default;
};

}  // namespace rt::sim
