#pragma once

#include "worker/serving/effects.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace rt::worker::serving {
inline namespace RT_LANE_VARIANT {

/// A task at its place in a slot's order.
struct placed_attempt {
  slot_seq seq{};
  attempt_name task;
};

/// A task that waits for its turn, or only keeps its place.
struct waiting_attempt {
  attempt_name task;
  bool cancelled = false;
};

/// What was pushed to one slot under one lease and is not ended: worked strictly by seq.
/// Thread: belongs to the loop.
class slot_queue {
 public:
  /// Adds a task behind the others.   Shape: one that was cancelled before keeps its place only.
  void add(const attempt_name& task, bool cancelled);

  /// Takes the next one out of those that wait, and counts it as running.
  std::optional<placed_attempt> start();

  /// Takes out one that runs.   Shape: nothing where none of that seq runs.
  std::optional<attempt_name> end(slot_seq seq);

  /// Takes out all that wait from a seq on, or from the next to start where that is later.
  /// Shape: those that were not cancelled. The next that is added gets the seq of the first.
  std::vector<attempt_name> cut(slot_seq from);

  /// Has one that waits never start.   Shape: whether it waited here.
  bool cancel(const attempt_name& task);
  /// Returns the seq of one that runs.
  std::optional<slot_seq> running(const attempt_name& task) const;

  bool idle() const noexcept { return running_.empty(); }
  bool empty() const noexcept { return running_.empty() && waiting_.size() == head_; }
  bool may_start() const noexcept { return running_.empty() && waiting_.size() != head_; }
  /// The last that has started, or one behind it that never will: the next to start comes right
  /// after.
  slot_seq started() const noexcept { return started_; }
  slot_seq next_seq() const noexcept { return started_ + (waiting_.size() - head_ + 1); }
  const std::vector<placed_attempt>& running() const noexcept { return running_; }

  /// Those that wait, by seq.
  std::span<const waiting_attempt> waiting() const noexcept {
    return std::span(waiting_).subspan(head_);
  }

 private:
  void drop_cancelled();

  std::vector<waiting_attempt> waiting_;
  std::size_t head_ = 0;  // of the next to start, which is not cancelled
  slot_seq started_{};
  std::vector<placed_attempt> running_;  // one, and those that it took the place of
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::serving
