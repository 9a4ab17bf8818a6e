#pragma once

#include "lane/spin_lock.hpp"
#include "worker/looked_at.hpp"
#include "worker/suspended_task.hpp"

#include <rt/detail/cell.hpp>

#include <mutex>
#include <vector>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// All coroutines that have waited and are not through: how a task's cell leads to what is kept of it,
/// for those who cancel, kill, look for circles or help.
/// Thread: any.
class suspensions {
 public:
  explicit suspensions(environment& world) : lock_(world) {}

  void add(suspended_task& made);
  void remove(suspended_task& ended);
  /// Notes what it waits for; null when it goes on. The cell must stay until then.
  void note(suspended_task& waiting, detail::cell* awaited);

  /// Returns what the task waits for as a coroutine, null if it does not.
  looked_at awaited_by(const detail::cell& task);
  /// Returns what is kept of a task, null if it has never waited; with `sparing` also if too many look
  /// at it already.
  looked_at find(const detail::cell& task, bool sparing = false);
  /// Returns all for which `wanted(task)` holds, the oldest first.
  template <class Wanted>
  std::vector<looked_at> find_all(Wanted&& wanted) {
    std::vector<looked_at> found;
    const std::lock_guard guard(lock_);
    for (suspended_task* at = first_; at != nullptr; at = at->next_suspended) {
      if (wanted(*at->task)) found.emplace_back(at);
    }
    return found;
  }

 private:
  suspended_task* of(const detail::cell& task) const noexcept;

  lane::spin_lock lock_;
  suspended_task* first_ = nullptr;
  suspended_task* last_ = nullptr;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
