#pragma once

#include "lane/cell_state.hpp"

#include <rt/core/environment.hpp>

#include <atomic>
#include <cstdint>
#include <vector>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// A thread that waits until some of the cells it hangs on are complete.
///
/// The word counts up to `satisfied_bit`, from as far below it as are wanted; its highest bit says
/// that the thread sleeps. Firing touches nothing after its one addition, so that a waiter that sees
/// the count may go at once.
/// Thread: constructed, waited on and destroyed by one thread.
class waiter {
 public:
  waiter(environment& world, std::uint32_t wanted)
      : world_(&world), first_(satisfied_bit - wanted), word_(first_) {}
  waiter(const waiter&) = delete;
  waiter& operator=(const waiter&) = delete;
  /// Takes off what has not fired and waits for what is firing.
  ~waiter();

  /// Makes room, so that no `hang_on` moves the nodes. Call it first.
  void reserve(std::size_t cells) { nodes_.reserve(cells); }
  /// Hangs on the cell; one that is complete counts at once.
  void hang_on(detail::cell& awaited);

  /// Sleeps until satisfied or until the deadline. Shape: whether it is.
  bool sleep(instant deadline) noexcept;

 private:
  static constexpr std::uint32_t sleeping_bit = 1U << 31;
  static constexpr std::uint32_t satisfied_bit = 1U << 30;

  struct node : detail::continuation {
    waiter* home;
    detail::cell* awaited;
  };
  static void fire(detail::continuation& hung) noexcept;

  environment* world_;
  std::uint32_t first_;
  lane::atomic<std::uint32_t> word_;
  std::uint32_t found_ = 0;
  std::vector<node> nodes_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
