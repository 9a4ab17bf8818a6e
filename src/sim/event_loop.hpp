#pragma once

#include <cstdint>

#include "sim/event_queue.hpp"
#include "sim/timeline.hpp"

namespace rt::sim {

/// Makes virtual time pass without fibers: it leaps from event to event. For logic that decides on values
/// and never waits, of which it runs many thousand short lives a minute.
/// Thread: belongs to one.
class event_loop final : public timeline {
 public:
  /// Virtual time starts here, so that code which takes 0 for "no time" is not led astray.
  static constexpr instant start = 1'000'000'000;

  explicit event_loop(std::uint64_t seed) noexcept : events_(seed) {}

  instant now() const noexcept override { return now_; }
  void at(instant when, event what) override;

  /// Returns when the next event is due; `never` where there is none.
  instant next() const noexcept { return events_.next(); }

  /// Runs the next event, if it is due by `limit`.   Shape: returns whether there was one.
  bool step(instant limit = never);

  /// Runs all that is due by `end`, and has that be the time.
  void run_until(instant end);

  /// Returns how many events have run.
  std::uint64_t steps() const noexcept { return steps_; }

 private:
  event_queue events_;
  instant now_ = start;
  std::uint64_t steps_ = 0;
};

}  // namespace rt::sim
