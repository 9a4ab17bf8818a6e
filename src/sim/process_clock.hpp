#pragma once

#include <cstdint>

#include "sim/network_options.hpp"
#include "sim/timeline.hpp"

namespace rt::sim {

/// A timeline as one process sees it by the clock of its machine, which began at another instant and goes
/// a little too fast or too slow. It goes on while the process is paused or dead: who wakes finds that it
/// has jumped.
/// Owner: the timeline under it outlives it.
class process_clock final : public timeline {
 public:
  /// Units: parts in a million that it gains; negative where it loses.
  static constexpr std::int64_t drift_ppm_max = 50'000;

  /// `offset` is what it shows beyond the timeline when it is made.
  process_clock(timeline& under, instant offset, std::int64_t drift_ppm) noexcept;

  /// The clock of a process's machine, by the seed: some are right, some drift as real ones do, some
  /// much more, so that who compares two of them is found out.
  static process_clock from_seed(timeline& under, std::uint64_t seed, process_number process);

  instant now() const noexcept override { return shown_at(under_.now()); }
  void at(instant when, event what) override;

  /// Returns what it shows at an instant of the timeline.
  instant shown_at(instant actual) const noexcept;
  /// Returns when it first shows that or more.   Shape: an instant of the timeline.
  instant actual_of(instant shown) const noexcept;

 private:
  timeline& under_;
  instant begin_;
  instant shown_at_begin_;
  std::int64_t drift_ppm_;
};

}  // namespace rt::sim
