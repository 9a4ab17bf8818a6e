#pragma once

#include <rt/core/environment.hpp>
#include <rt/detail/cell.hpp>

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace rt::worker {

/// Tasks to which something happens at an instant unless they are complete before, earliest first.
/// Owner: of nothing; a task takes its entry out when it is complete, and is alive until then.
/// Thread: guarded by whoever owns it.
class timers {
 public:
  enum class kind : std::uint8_t { deadline, unschedulable };
  struct entry {
    detail::cell* task;
    kind what;
  };

  void add(instant when, detail::cell& task, kind what) {
    // Of two at one instant the first added comes first, so that a run can be repeated.
    queue_.emplace(std::pair(when, ++sequence_), entry{&task, what});
  }
  instant next() const noexcept { return queue_.empty() ? never : queue_.begin()->first.first; }
  /// Takes out those whose time has come, with a reference to each task: one in the list is not
  /// complete yet, and so alive.
  void take_due(instant now, std::vector<entry>& due) {
    while (!queue_.empty() && next() <= now) {
      due.push_back(queue_.begin()->second);
      detail::retain(*due.back().task, detail::engine_reference);
      queue_.erase(queue_.begin());
    }
  }
  /// Forgets a task's entry at that instant.
  void remove(instant when, const detail::cell& task) {
    for (auto at = queue_.lower_bound({when, 0}); at != queue_.end() && at->first.first == when;) {
      at = at->second.task == &task ? queue_.erase(at) : std::next(at);
    }
  }

 private:
  std::map<std::pair<instant, std::uint64_t>, entry> queue_;
  std::uint64_t sequence_ = 0;
};

}  // namespace rt::worker
