#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/strategy.hpp"

namespace explore {

/// The most fibers that an explored scenario may have.
inline constexpr unsigned fibers_max = 8;

/// Goes through all interleavings of a program, one execution after another, depth first.
///
/// With reduction it leaves out interleavings that differ only in the order of steps that do not
/// touch the same memory (or only read it): at least one of each such class is executed.
/// A fiber that spins is kept back until another has written what it looked at last, since until then
/// it would only look again.
/// Source: Abdulla, Aronsson, Jonsson and Sagonas, "Optimal dynamic partial order reduction" (POPL
/// 2014), the variant with source sets and sleep sets. (That of Flanagan and Godefroid loses
/// interleavings when sleep sets are added: tried, three in 300 random programs.)
class depth_first : public rt::sim::strategy {
 public:
  enum class reduction { none, by_conflict };

  /// `preemptions_max` bounds how often a fiber that could go on is interrupted, without reduction.
  explicit depth_first(reduction mode, unsigned preemptions_max = UINT32_MAX)
      : reduction_(mode), preemptions_max_(preemptions_max) {}

  /// Prepares the next execution.   Shape: false when all have been.
  bool next_execution();

  std::size_t pick(const std::vector<rt::sim::fiber*>& runnable,
                   const rt::sim::fiber* current) noexcept override;
  void woken(const rt::sim::fiber& waker, const rt::sim::fiber& sleeper) noexcept override;

  /// Notes that nobody may touch this memory again in this execution.
  void forbid(const void* address, std::size_t bytes) { forbidden_.push_back({address, bytes}); }
  /// Tells whether a step of this execution touched what was forbidden.
  bool touched_forbidden() const noexcept { return touched_forbidden_; }

  /// Tells whether this execution is like one that was before.
  bool redundant() const noexcept { return redundant_; }
  /// Describes this execution's steps, one line each.
  std::string steps() const;

 private:
  using mask = std::uint32_t;
  using clock = std::array<std::uint32_t, fibers_max>;

  /// A state on the way of the current execution, and the step taken from it.
  struct node {
    mask enabled = 0;
    mask to_do = 0;
    mask done = 0;
    mask asleep = 0;
    unsigned chosen = 0;
    unsigned preemptions = 0;
    rt::sim::operation step;
    clock time{};
  };
  /// What is known of a fiber in the current execution.
  struct progress {
    rt::sim::operation pending;
    rt::sim::operation last;
    clock time{};
    bool changed = false;  ///< another has written what it touched last
    bool present = false;
  };
  struct range {
    const void* address;
    std::size_t bytes;
  };

  mask choose_from(const std::vector<rt::sim::fiber*>& runnable) noexcept;
  void open(node& here, const rt::sim::fiber* current) noexcept;
  void find_races(const node& here) noexcept;
  mask beginnings_after(std::size_t index, const node& here) const noexcept;
  void take(node& here) noexcept;

  const reduction reduction_;
  const unsigned preemptions_max_;
  std::vector<node> path_;
  std::size_t forced_ = 0;  ///< so much of the path is given by earlier executions
  std::size_t depth_ = 0;
  bool first_ = true;
  bool redundant_ = false;
  bool touched_forbidden_ = false;
  std::array<progress, fibers_max> fibers_;
  std::vector<range> forbidden_;
};

}  // namespace explore
