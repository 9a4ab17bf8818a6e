#include "worker/attempts/attempt_book.hpp"

#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"

#include <algorithm>
#include <utility>

// What is sent to slots, and what nodes say of them.
namespace rt::worker::attempts {
inline namespace RT_LANE_VARIANT {

std::optional<room> attempt_book::next_room(class_number which, instant now) const {
  const task_class& of = classes_[static_cast<std::size_t>(which)];
  if (of.waiting == 0) return {};
  const bool alone = of.options.never_twice && !RT_SIMBUG("never_twice.queued_behind");
  const std::uint64_t depth = alone ? 1 : of.options.depth;
  const held_slot* best = nullptr;
  room found;
  std::uint64_t open = 0;
  for (const held_index each : of.slots) {
    const held_slot& slot = slots_.at(each);
    const std::uint64_t pending = slot.pending.size();
    if (!takes_more(slot) || pending >= depth) continue;
    if (pending != 0 && now - slot.since >= options_.take_back_after.count()) continue;
    ++open;
    if (best != nullptr && best->pending.size() <= pending) continue;
    best = &slot;
    found.slot = each;
  }
  if (best == nullptr) return {};
  // All that have room get their part, rather than the first as much as it takes.
  const std::uint64_t part = (of.waiting + open - 1) / open;
  found.tasks = static_cast<std::uint32_t>(std::min(part, depth - best->pending.size()));
  return found;
}

void attempt_book::push(held_index to, std::span<const attempt> tasks, instant now, effects& out) {
  if (tasks.empty()) return;
  held_slot& slot = slots_.at(to);
  if (slot.pending.empty()) slot.begin(now);
  attempts::push sent{slot.place, slot.pending.next_seq(), {}};
  sent.tasks.reserve(tasks.size());
  for (const attempt& each : tasks) {
    held_task& task = enter(each);
    task.where = held_task::state::pushed;
    task.session = slot.session;
    task.slot = to;
    task.seq = slot.pending.next_seq();
    slot.pending.add(each.name.task);
    sent.tasks.push_back(each.name);
  }
  out.send(slot.session, std::move(sent));
  take_from_class(slot.of, tasks.size());
}

void attempt_book::started(session_number session, slot_place place, slot_seq last, instant now) {
  const held_index* which = slots_.find(session, place);
  if (which == nullptr) return;
  held_slot& slot = slots_.at(*which);
  if (last <= slot.started || last >= slot.pending.next_seq()) return;
  slot.started = last;
  if (last == slot.pending.first_seq()) slot.begin(now);
}

void attempt_book::recalled(session_number session, slot_place place, effects& out) {
  const held_index* which = slots_.find(session, place);
  if (which == nullptr) {
    RT_PROBE("attempts_sending.recall_met_a_return");
    return;
  }
  held_slot& slot = slots_.at(*which);
  if (slot.taking_back) RT_PROBE("attempts_sending.recalled_while_taking_back");
  slot.recalled = true;
  out.change(slot.of);
  if (!slot.taking_back) ask_back(slot, out);
  return_if_done(*which, out);
}

void attempt_book::taken_back(session_number session, slot_place place, slot_seq first, instant now,
                              effects& out) {
  const held_index* found = slots_.find(session, place);
  if (found == nullptr || !slots_.at(*found).taking_back) return;
  const held_index which = *found;
  held_slot& slot = slots_.at(which);
  slot.taking_back = false;
  out.change(slot.of);
  // More has started than was known here: its mark may be long in coming, and what is thought to wait would
  // be asked back once more, at once.
  if (first > slot.ask_back_from()) {
    RT_PROBE("attempts_sending.less_came_back_than_was_asked");
    const std::uint64_t behind = std::min(first, slot.pending.next_seq()) - slot.started;
    slot.started = slot.started + (behind - 1);
  }
  for (const owner_index each : slot.pending.cut(first)) {
    end(each, fate::not_started, end_cause::cancelled, out);
  }
  if (slot.pending.empty()) slot.begin(now);
  return_if_done(which, out);
}

/// Asks for what waits behind the first task, if anything does.
void attempt_book::ask_back(held_slot& slot, effects& out) {
  if (slot.behind() == 0) return;
  slot.taking_back = true;
  out.send(slot.session, take_back{slot.place, slot.ask_back_from()});
}

/// Gives a slot back that is to go and has nothing to do.
void attempt_book::return_if_done(held_index which, effects& out) {
  const held_slot& slot = slots_.at(which);
  if (!slot.recalled || slot.taking_back || !slot.pending.empty()) return;
  out.send(slot.session, give_back{slot.place});
  forget_slot(which, out);
}

void attempt_book::forget_slot(held_index which, effects& out) {
  const class_number of = slots_.at(which).of;
  std::erase(class_at(of).slots, which);
  slots_.erase(which);
  out.change(of);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::attempts
