#include "worker/attempts/attempt_book.hpp"

#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"

#include <algorithm>
#include <utility>

// Which tasks are in the book, and what becomes of one that has no answer.
namespace rt::worker::attempts {
inline namespace RT_LANE_VARIANT {

class_number attempt_book::open_class(const class_options& options) {
  classes_.emplace_back().options = options;
  return class_number{static_cast<std::uint32_t>(classes_.size() - 1)};
}

void attempt_book::change_class(class_number of, const class_options& options) {
  class_at(of).options = options;
}

held_task& attempt_book::enter(const attempt& task) {
  const auto at = static_cast<std::size_t>(task.name.task);
  if (at >= tasks_.size()) tasks_.resize(at + 1);
  tasks_[at] = {};
  tasks_[at].task = task;
  ++held_;
  return tasks_[at];
}

attempt attempt_book::leave(held_task& gone) {
  gone.where = held_task::state::none;
  --held_;
  return gone.task;
}

held_task* attempt_book::find(owner_index task) {
  const auto at = static_cast<std::size_t>(task);
  if (at >= tasks_.size() || tasks_[at].where == held_task::state::none) return nullptr;
  return &tasks_[at];
}

// An attempt that was given up does not count, nor does one from elsewhere than it was sent to.
held_task* attempt_book::find(session_number session, const attempt_name& which) {
  held_task* found = find(which.task);
  if (found == nullptr || RT_SIMBUG("attempt.stale_answer_counts")) return found;
  return found->task.name == which && found->session == session ? found : nullptr;
}

void attempt_book::end(owner_index task, fate known, end_cause why, effects& out) {
  held_task& gone = *find(task);
  const bool unknown = known == fate::unknown;
  attempt next = leave(gone);
  next.may_have_run |= unknown;
  const auto outcome = next.may_have_run ? rt::outcome::unknown : rt::outcome::not_started;
  if (gone.cancelling) {
    RT_PROBE("attempt_book.cancelled_came_back");
    out.failures.push_back({task, end_cause::cancelled, outcome});
    return;
  }
  const bool counted = unknown && !RT_SIMBUG("unknown.not_counted");
  if (counted) RT_PROBE("attempt_book.fate_unknown");
  if (counted && !RT_SIMBUG("retry.ignores_max") && (next.never_twice || next.retries_left == 0)) {
    out.failures.push_back({task, why, outcome});
    return;
  }
  if (counted && next.retries_left > 0) --next.retries_left;
  ++next.name.attempt;
  out.again.push_back({next, counted});
}

attempt_book::verdict attempt_book::answered(session_number session, const attempt_name& which,
                                             instant now, effects& out) {
  held_task* answered = find(session, which);
  if (answered == nullptr) return {};
  const bool cancelled = answered->cancelling;
  take_out(*answered, now, out);
  leave(*answered);
  return {true, cancelled};
}

void attempt_book::handed_back(session_number session, const attempt_name& which, instant now,
                               effects& out) {
  held_task* returned = find(session, which);
  if (returned == nullptr) return;
  // The slot was closed there, whatever else may still be said of it.
  if (returned->where == held_task::state::pushed) slots_.at(returned->slot).recalled = true;
  take_out(*returned, now, out);
  end(which.task, fate::not_started, end_cause::cancelled, out);
}

bool attempt_book::cancel(owner_index task, bool force, effects& out) {
  held_task* found = find(task);
  if (found == nullptr) return false;
  if (found->cancelling && !force) return true;
  found->cancelling = true;
  out.send(found->session, attempts::cancel{found->task.name, force});
  return true;
}

/// Takes a task from where it was sent to.
void attempt_book::take_out(const held_task& which, instant now, effects& out) {
  if (which.where == held_task::state::carried) {
    slot_request& from = requests_.at({which.session, which.request});
    from.carried.erase(std::find(from.carried.begin(), from.carried.end(), which.task.name.task));
    withdraw_if_unneeded(from.of, out);
    return;
  }
  held_slot& slot = slots_.at(which.slot);
  const class_number of = slot.of;
  const bool first = slot.pending.first_seq() == which.seq;
  slot.pending.answered(which.seq);
  if (first) slot.begin(now);
  if (slot.recalled) return_if_done(which.slot, out);
  if (class_at(of).requests != 0) withdraw_if_unneeded(of, out);
  out.change(of);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::attempts
