#include "worker/suspensions.hpp"

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::cell;

suspended_task* suspensions::of(const cell& task) const noexcept {
  // The link of a cell that runs is nobody's; the bit says that it leads here.
  if ((task.state.load(std::memory_order_acquire) & detail::suspended_bit) == 0) return nullptr;
  return reinterpret_cast<suspended_task*>(task.next);
}

void suspensions::add(suspended_task& made) {
  const std::lock_guard guard(lock_);
  made.previous_suspended = last_;
  (last_ != nullptr ? last_->next_suspended : first_) = &made;
  last_ = &made;
  made.task->next = reinterpret_cast<std::uintptr_t>(&made);
  // Sequentially consistent, as is a request to cancel: it finds this, or is found when it waits.
  lane::fetch_or(made.task->state, detail::suspended_bit, std::memory_order_seq_cst);
}

void suspensions::remove(suspended_task& ended) {
  const std::lock_guard guard(lock_);
  (ended.previous_suspended != nullptr ? ended.previous_suspended->next_suspended : first_) =
      ended.next_suspended;
  (ended.next_suspended != nullptr ? ended.next_suspended->previous_suspended : last_) =
      ended.previous_suspended;
  ended.awaited = nullptr;
  ended.task->state.fetch_and(~detail::suspended_bit, std::memory_order_seq_cst);
}

void suspensions::note(suspended_task& waiting, cell* awaited) {
  const std::lock_guard guard(lock_);
  waiting.awaited = awaited;
}

looked_at suspensions::awaited_by(const cell& task) {
  const std::lock_guard guard(lock_);
  const suspended_task* found = of(task);
  return found != nullptr && found->awaited != nullptr && looked_at::has_room(*found->awaited)
             ? looked_at(found->awaited)
             : looked_at();
}

looked_at suspensions::find(const cell& task, bool sparing) {
  const std::lock_guard guard(lock_);
  suspended_task* found = of(task);
  if (found != nullptr && sparing && !looked_at::has_room(*found)) found = nullptr;
  return looked_at(found);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
