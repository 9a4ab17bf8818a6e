#pragma once

#include "worker/attempts/attempt.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rt::worker::attempts {
inline namespace RT_LANE_VARIANT {

/// What was pushed to a slot and has no answer yet, by seq.
/// Shape: a queue without holes at its begin; who is answered out of turn leaves one behind it.
/// Thread: belongs to the loop.
class pending_tasks {
 public:
  /// Stands where a task was answered out of turn.
  static constexpr owner_index nobody{0xffff'ffff};

  void add(owner_index task) {
    tasks_.push_back(task);
    ++unanswered_;
  }

  /// Takes a task out that is in it.
  void answered(slot_seq seq);

  /// Has the next task get this seq, and takes out all from it on.
  /// Shape: those taken out, in order.
  std::vector<owner_index> cut(slot_seq from);

  /// Those from `first_seq` on, by seq, with `nobody` for the answered.
  std::span<const owner_index> tasks() const noexcept { return std::span(tasks_).subspan(head_); }
  bool empty() const noexcept { return unanswered_ == 0; }
  std::size_t size() const noexcept { return unanswered_; }
  /// Of the first that has no answer; of the next task where all have one.
  slot_seq first_seq() const noexcept { return first_seq_; }
  slot_seq next_seq() const noexcept { return first_seq_ + (tasks_.size() - head_); }

 private:
  void drop_answered();

  std::vector<owner_index> tasks_;
  std::size_t head_ = 0;  // of `first_seq_`; what lies before it is gone
  std::size_t unanswered_ = 0;
  slot_seq first_seq_{1};
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::attempts
