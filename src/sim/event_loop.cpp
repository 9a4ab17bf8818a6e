#include "sim/event_loop.hpp"

#include <algorithm>
#include <utility>

namespace rt::sim {

void event_loop::at(instant when, event what) {
  events_.add(std::max(when, now_), std::move(what));
}

bool event_loop::step(instant limit) {
  const instant due = events_.next();
  if (due == never || due > limit) return false;
  now_ = due;
  ++steps_;
  events_.take()();
  return true;
}

void event_loop::run_until(instant end) {
  while (step(end)) {
  }
  now_ = std::max(now_, end);
}

}  // namespace rt::sim
