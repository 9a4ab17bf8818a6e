#pragma once

#include <cstddef>
#include <vector>

#include "sim/fiber.hpp"

namespace rt::sim {

/// Makes every choice of a run that is not the program's: the seed's voice, or an explorer's.
/// A strategy never looks at addresses or names to choose, only at numbers, kinds and order.
/// Thread: called on whichever fiber runs; must not reach a scheduling point itself.
class strategy {
 public:
  virtual ~strategy() = default;

  /// Picks who goes on.
  /// Shape: an index into `runnable`, which is not empty; `current` is null where the running fiber
  /// sleeps or has ended, else one of `runnable`.
  virtual std::size_t pick(const std::vector<fiber*>& runnable, const fiber* current) noexcept = 0;

  /// Picks which of several sleepers on one word is woken; by default the one that slept first.
  virtual std::size_t pick_sleeper(std::size_t count) noexcept { return count == 0 ? count : 0; }

  /// Tells whether a sleep ends at once for no reason, as the kernel's may.
  virtual bool wakes_early() noexcept { return false; }

  /// Hears that `sleeper` can go on because of what `waker` did.
  virtual void woken(const fiber& /*waker*/, const fiber& /*sleeper*/) noexcept {}
};

}  // namespace rt::sim
