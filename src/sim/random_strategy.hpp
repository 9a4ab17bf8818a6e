#pragma once

#include "sim/random_stream.hpp"
#include "sim/strategy.hpp"

namespace rt::sim {

/// Chooses by a seed. The seed also chooses how restless the run is: with some every point may
/// change the fiber, with others one goes on for long, since some faults need the one and some the
/// other.
class random_strategy : public strategy {
 public:
  explicit random_strategy(std::uint64_t seed) noexcept;

  std::size_t pick(const std::vector<fiber*>& runnable, const fiber* current) noexcept override;
  std::size_t pick_sleeper(std::size_t count) noexcept override;
  bool wakes_early() noexcept override;

 private:
  random_stream choices_;
  std::uint64_t stays_for_;
};

}  // namespace rt::sim
