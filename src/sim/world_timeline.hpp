#pragma once

#include <cstdint>

#include "sim/event_queue.hpp"
#include "sim/timeline.hpp"
#include "sim/world.hpp"

namespace rt::sim {

/// The time of a world of fibers, for those who know no fibers: a fiber of its own runs the events that
/// are due, whenever it gets its turn, and sleeps until the next.
/// Thread: made before the world runs; `at` also in its fibers. An event must not reach a scheduling
/// point.   Owner: it lives as long as its world runs.
class world_timeline final : public timeline {
 public:
  world_timeline(world& around, std::uint64_t seed);

  instant now() const noexcept override { return world_.now(); }
  void at(instant when, event what) override;

  /// Ends its fiber; events that are left do not happen. A world ends only when all fibers have.
  /// Thread: a fiber of the world.
  void stop() noexcept;

 private:
  void run();

  world& world_;
  event_queue events_;
  bool stopped_ = false;
};

}  // namespace rt::sim
