#include "worker/attempts/pending_tasks.hpp"

namespace rt::worker::attempts {
inline namespace RT_LANE_VARIANT {

void pending_tasks::answered(slot_seq seq) {
  tasks_[head_ + (seq - first_seq_)] = nobody;
  --unanswered_;
  drop_answered();
}

std::vector<owner_index> pending_tasks::cut(slot_seq from) {
  std::vector<owner_index> taken;
  if (from >= next_seq()) return taken;
  // It may lie before the first: those between were answered out of turn, and never started.
  const std::size_t kept = from > first_seq_ ? from - first_seq_ : 0;
  const auto begin = tasks_.begin() + static_cast<std::ptrdiff_t>(head_ + kept);
  for (auto each = begin; each != tasks_.end(); ++each) {
    if (*each != nobody) taken.push_back(*each);
  }
  tasks_.erase(begin, tasks_.end());
  unanswered_ -= taken.size();
  if (from < first_seq_) first_seq_ = from;
  drop_answered();
  return taken;
}

void pending_tasks::drop_answered() {
  while (head_ < tasks_.size() && tasks_[head_] == nobody) {
    ++head_;
    first_seq_ = first_seq_ + 1;
  }
  if (head_ * 2 < tasks_.size()) return;
  // Each task is moved once at most, for the one that goes.
  tasks_.erase(tasks_.begin(), tasks_.begin() + static_cast<std::ptrdiff_t>(head_));
  head_ = 0;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::attempts
