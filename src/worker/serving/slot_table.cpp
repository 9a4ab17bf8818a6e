#include "worker/serving/slot_table.hpp"

#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"

#include <algorithm>

namespace rt::worker::serving {
inline namespace RT_LANE_VARIANT {

slot_index slot_table::open(session_number owner, slot_place place) {
  if (unused_.empty()) {
    unused_.push_back(slot_index{static_cast<std::uint32_t>(slots_.size())});
    slots_.emplace_back();
  }
  const slot_index made = unused_.back();
  unused_.pop_back();
  at(made) = {};
  at(made).owner = owner;
  at(made).place = place;
  by_place_.emplace(place, made);
  return made;
}

bool slot_table::push(session_number owner, slot_place place, slot_seq first,
                      std::span<const attempt_name> tasks, effects& out) {
  slot* to = find(owner, place);
  const bool open = to != nullptr && !to->closed;
  if (open && first > to->queue.next_seq()) return false;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (open && first + i < to->queue.next_seq()) continue;
    const bool cancelled = take_tombstone(owner, tasks[i]);
    if (open) to->queue.add(tasks[i], cancelled);
    using kind = effects::answer::kind;
    if (cancelled) {
      out.answers.push_back({owner, tasks[i], kind::cancelled});
    } else if (!open) {
      RT_PROBE("slot_table.came_after_its_end");
      out.answers.push_back({owner, tasks[i], kind::handed_back});
    }
  }
  if (open && to->queue.may_start()) out.to_start.push_back(by_place_.at(place));
  return true;
}

std::optional<placed_attempt> slot_table::start(slot_index which) {
  const std::optional<placed_attempt> begun = at(which).queue.start();
  if (begun && !at(which).changed) {
    at(which).changed = true;
    changed_.push_back(which);
  }
  return begun;
}

std::optional<slot_table::answer_to> slot_table::ended(slot_index which, slot_seq seq,
                                                       effects& out) {
  slot& here = at(which);
  const std::optional<attempt_name> task = here.queue.end(seq);
  if (!task) return {};
  std::optional<answer_to> answer;
  if (!here.silent) answer = answer_to{here.owner, *task};
  if (here.queue.may_start()) out.to_start.push_back(which);
  if (here.closed && here.queue.empty()) {
    out.freed.push_back(here.place);
    erase(which);
  }
  return answer;
}

slot_seq slot_table::take_back(session_number owner, slot_place place, slot_seq from) {
  slot* here = find(owner, place);
  if (here == nullptr) {
    RT_PROBE("slot_table.taken_back_after_its_end");
    return from;
  }
  if (from <= here->queue.started()) RT_PROBE("slot_table.take_back_met_a_start");
  from = std::clamp(from, here->queue.started() + 1, here->queue.next_seq());
  if (from != here->queue.next_seq()) RT_PROBE("slot_table.taken_back");
  if (!RT_SIMBUG("take_back.not_forgotten")) here->queue.cut(from);
  return from;
}

cancel_effect slot_table::cancel(session_number owner, request_number request,
                                 const attempt_name& task, bool force, effects& out) {
  for (const auto& [place, which] : by_place_) {
    slot& here = at(which);
    if (here.owner != owner) continue;
    if (here.queue.cancel(task)) {
      RT_PROBE("slot_table.cancelled_in_queue");
      out.answers.push_back({owner, task, effects::answer::kind::cancelled});
      return cancel_effect::never_starts;
    }
    if (const std::optional<slot_seq> seq = here.queue.running(task)) {
      RT_PROBE("slot_table.cancelled_in_its_midst");
      out.interruptions.push_back({which, *seq, force});
      return cancel_effect::told;
    }
  }
  if (!RT_SIMBUG("cancel.no_tombstone")) tombstones_.push_back({owner, request, task});
  return cancel_effect::not_here;
}

void slot_table::acknowledged(session_number owner, request_number up_to) {
  std::erase_if(tombstones_, [&](const tombstone& each) {
    return each.owner == owner && each.request <= up_to;
  });
}

void slot_table::close(slot_place place, effects& out) {
  const auto found = by_place_.find(place);
  if (found == by_place_.end() || at(found->second).closed) return;
  const slot_index which = found->second;
  slot& here = at(which);
  here.closed = true;
  for (const attempt_name& each : here.queue.cut(slot_seq{})) {
    out.answers.push_back({here.owner, each, effects::answer::kind::handed_back});
  }
  if (!here.queue.empty()) {
    RT_PROBE("slot_table.closed_in_its_midst");
    return;
  }
  out.freed.push_back(place);
  erase(which);
}

std::optional<slot_table::death> slot_table::process_died(slot_index which) {
  const slot& here = at(which);
  std::optional<death> told;
  if (!here.silent) told = death{here.owner, {here.place, here.queue.started()}};
  erase(which);
  return told;
}

void slot_table::session_ended(session_number owner, effects& out) {
  for (const auto& [place, which] : by_place_) {
    slot& here = at(which);
    if (here.owner != owner) continue;
    here.queue.cut(slot_seq{});
    here.silent = true;
    for (const placed_attempt& each : here.queue.running()) {
      RT_PROBE("slot_table.owner_lost_in_its_midst");
      out.interruptions.push_back({which, each.seq, false});
    }
  }
  std::erase_if(tombstones_, [owner](const tombstone& each) { return each.owner == owner; });
}

std::vector<mark> slot_table::take_marks(session_number owner) {
  std::vector<mark> taken;
  std::erase_if(changed_, [&](slot_index which) {
    slot& here = at(which);
    if (here.owner != owner) return false;
    here.changed = false;
    if (!here.silent) taken.push_back({here.place, here.queue.started()});
    return true;
  });
  return taken;
}

slot_table::slot* slot_table::find(session_number owner, slot_place place) {
  const auto found = by_place_.find(place);
  if (found == by_place_.end() || at(found->second).owner != owner) return nullptr;
  return &at(found->second);
}

bool slot_table::take_tombstone(session_number owner, const attempt_name& task) {
  const auto found =
      std::find_if(tombstones_.begin(), tombstones_.end(),
                   [&](const tombstone& each) { return each.owner == owner && each.task == task; });
  if (found == tombstones_.end()) return false;
  tombstones_.erase(found);
  return true;
}

void slot_table::erase(slot_index which) {
  std::erase(changed_, which);
  by_place_.erase(at(which).place);
  at(which) = {};
  unused_.push_back(which);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::serving
