#include "worker/serving/slot_queue.hpp"

#include "core/planted_bug.hpp"

#include <algorithm>
#include <utility>

namespace rt::worker::serving {
inline namespace RT_LANE_VARIANT {

void slot_queue::add(const attempt_name& task, bool cancelled) {
  waiting_.push_back({task, cancelled});
  drop_cancelled();
}

std::optional<placed_attempt> slot_queue::start() {
  if (waiting_.size() == head_) return {};
  if (RT_SIMBUG("slot.start_out_of_order")) std::swap(waiting_[head_], waiting_.back());
  started_ = started_ + 1;
  const placed_attempt begun{started_, waiting_[head_++].task};
  running_.push_back(begun);
  drop_cancelled();
  return begun;
}

std::optional<attempt_name> slot_queue::end(slot_seq seq) {
  const auto found = std::find_if(running_.begin(), running_.end(),
                                  [seq](const placed_attempt& each) { return each.seq == seq; });
  if (found == running_.end()) return {};
  const attempt_name task = found->task;
  running_.erase(found);
  return task;
}

std::vector<attempt_name> slot_queue::cut(slot_seq from) {
  std::vector<attempt_name> taken;
  from = std::max(from, started_ + 1);
  if (from >= next_seq()) return taken;
  const auto begin =
      waiting_.begin() + static_cast<std::ptrdiff_t>(head_ + (from - (started_ + 1)));
  for (auto each = begin; each != waiting_.end(); ++each) {
    if (!each->cancelled) taken.push_back(each->task);
  }
  waiting_.erase(begin, waiting_.end());
  return taken;
}

bool slot_queue::cancel(const attempt_name& task) {
  for (std::size_t at = head_; at != waiting_.size(); ++at) {
    if (waiting_[at].task != task || waiting_[at].cancelled) continue;
    waiting_[at].cancelled = !RT_SIMBUG("cancel.starts_anyway");
    drop_cancelled();
    return true;
  }
  return false;
}

std::optional<slot_seq> slot_queue::running(const attempt_name& task) const {
  for (const placed_attempt& each : running_) {
    if (each.task == task) return each.seq;
  }
  return {};
}

void slot_queue::drop_cancelled() {
  for (; head_ != waiting_.size() && waiting_[head_].cancelled; ++head_) started_ = started_ + 1;
  if (head_ * 2 < waiting_.size()) return;
  // Each task is moved once at most, for one that has gone.
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(head_));
  head_ = 0;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::serving
