#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "rt/core/environment.hpp"
#include "sim/execution.hpp"
#include "sim/operation.hpp"

namespace rt::sim {

/// What a sleeping fiber waits for: fibers that wait for the same have equal keys.
struct sleep_key {
  point_kind kind = point_kind::resume;
  const void* subject = nullptr;

  friend bool operator==(const sleep_key&, const sleep_key&) = default;
};

/// Numbers the processes of a world: each fiber belongs to one.
using fiber_group = std::uint32_t;
/// Of what is outside all processes: the network's time.
inline constexpr fiber_group of_no_process = UINT32_MAX;

/// A simulated thread.
/// Lifecycle: runnable and asleep by turns, then ended, or stopped for ever with its process; the
/// world keeps it.
class fiber {
 public:
  fiber(unsigned number, fiber_group group, std::string name, std::function<void()> body,
        machine_context::entry_function entry)
      : number_(number), group_(group), name_(std::move(name)), body_(std::move(body)) {
    execution_.emplace(entry, this);
  }

  /// Returns its place in the order in which fibers were started, which is the same from a seed.
  unsigned number() const noexcept { return number_; }
  fiber_group group() const noexcept { return group_; }
  const std::string& name() const noexcept { return name_; }
  /// Returns what it will do when it goes on.
  const operation& pending() const noexcept { return pending_; }
  /// Tells whether it only spins until another has done something.
  bool spins() const noexcept { return spins_; }

 private:
  friend class world;
  friend class sleepers;
  friend class deadlines;
  enum class state { runnable, asleep, ended };

  const unsigned number_;
  const fiber_group group_;
  const std::string name_;
  std::function<void()> body_;
  std::optional<execution> execution_;
  state state_ = state::runnable;
  bool spins_ = false;
  bool woken_ = false;
  operation pending_;
  sleep_key sleeps_on_;
  fiber* previous_asleep_ = nullptr;
  fiber* next_asleep_ = nullptr;
  instant deadline_ = never;
  std::size_t deadline_place_ = 0;
};

}  // namespace rt::sim
