#pragma once

#ifndef RT_LANE_EXPLORED
#define RT_LANE_EXPLORED
#endif

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/control_plane_head.hpp"
#include "sim/control_plane_member.hpp"
#include "sim/control_plane_truth.hpp"
#include "sim/event_loop.hpp"
#include "sim/fault_plan.hpp"
#include "sim/network.hpp"
#include "sim/random_stream.hpp"
#include "sim/simulated_disk.hpp"

namespace control_plane_test {

/// A cluster of one run: one or two heads over one disk, nodes and drivers, and what befalls them.
class world {
 public:
  explicit world(std::uint64_t seed);

  /// Errors: `support::run_failed`, where a promise is broken.
  void run();

  const truth& facts() const noexcept { return facts_; }
  std::uint64_t steps() const noexcept { return loop_.steps(); }
  std::uint64_t hash() const noexcept { return network_.hash(); }

 private:
  static rt::sim::network_options options(std::uint64_t seed);

  void harm(instant begin, instant healed_at);
  void plan_bounces(instant begin, instant healed_at);
  void plan_disk_faults(instant begin, instant healed_at);
  void lose_power_at_replacements(instant healed_at);
  void plan_life(instant begin, instant healed_at);
  bool is_head(std::uint32_t number) const noexcept { return number < heads_.size(); }
  void start(std::uint32_t number);
  void crash(std::uint32_t number);
  void lose_power();
  void someone_acts();
  void someone_leaves();
  void someone_is_drained();
  void member_over(std::uint32_t number, incarnation which);
  head_process* acting_head() const;
  void check_rest() const;
  void check_detached(const rt::head::control_plane& plane) const;

  const std::uint64_t seed_;
  rt::sim::random_stream numbers_;
  rt::sim::event_loop loop_;
  rt::sim::network network_;
  rt::sim::simulated_disk disk_;
  truth facts_;
  ground ground_;
  /// By their numbers: heads first, then members.
  std::vector<std::unique_ptr<head_process>> heads_;
  std::vector<std::unique_ptr<member_process>> members_;
  std::vector<std::unique_ptr<process>> graveyard_;
  std::uint64_t last_incarnation_ = 0;
};

}  // namespace control_plane_test
