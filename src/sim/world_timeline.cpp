#include "sim/world_timeline.hpp"

#include <algorithm>
#include <utility>

namespace rt::sim {

world_timeline::world_timeline(world& around, std::uint64_t seed) : world_(around), events_(seed) {
  world_.start(of_no_process, "timeline", [this] { run(); });
}

void world_timeline::at(instant when, event what) {
  const instant before = events_.next();
  events_.add(std::max(when, world_.now()), std::move(what));
  if (events_.next() == before) return;
  world_.move_deadline({point_kind::wait_alarm, this}, events_.next());
}

void world_timeline::stop() noexcept {
  stopped_ = true;
  world_.wake({point_kind::wait_alarm, this}, 1);
}

void world_timeline::run() {
  while (!stopped_) {
    while (events_.next() <= world_.now()) events_.take()();
    world_.sleep({point_kind::wait_alarm, this}, events_.next());
  }
}

}  // namespace rt::sim
