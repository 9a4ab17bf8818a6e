#include "worker/attempts/attempt_book.hpp"

#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"

#include <algorithm>
#include <limits>
#include <utility>

// Ends: of processes, of sessions, of what is not needed any more.
namespace rt::worker::attempts {
inline namespace RT_LANE_VARIANT {

void attempt_book::process_died(session_number session, slot_place place, slot_seq last,
                                effects& out) {
  const held_index* which = slots_.find(session, place);
  if (which == nullptr) return;
  // What comes right after the mark may have begun before the mark was written.
  const std::uint64_t begun = RT_SIMBUG("died.next_is_not_started") ? 0 : 1;
  const slot_seq next = slots_.at(*which).pending.next_seq();
  lose(*which, std::min(last, next) + begun, end_cause::worker_crashed, out);
}

void attempt_book::session_ended(session_number session, effects& out) {
  held_back_.erase(session);
  auto asked = requests_.lower_bound({session, request_number{}});
  while (asked != requests_.end() && asked->first.first == session) {
    const auto gone = asked++;
    // It may have been granted, and the reply lost.
    RT_PROBE("attempts_ending.session_lost_with_a_request");
    const slot_request lost = take_request(gone);
    out.change(lost.of);
    for (const owner_index each : lost.carried) {
      end(each, fate::unknown, end_cause::node_died, out);
    }
  }
  for (const held_index each : slots_.of_session(session)) {
    // A mark says what has started, but not what has not: what came after it may be lost.
    slot_seq last{std::numeric_limits<std::uint64_t>::max() - 1};
    if (RT_SIMBUG("session_end.trusts_marks")) last = slots_.at(each).started + 1;
    lose(each, last, end_cause::node_died, out);
  }
}

/// Ends a slot: of what is pending there all up to a seq may have run.
void attempt_book::lose(held_index which, slot_seq last_unknown, end_cause why, effects& out) {
  held_slot& slot = slots_.at(which);
  for (const owner_index each : slot.pending.cut(last_unknown + 1)) {
    end(each, fate::not_started, why, out);
  }
  for (const owner_index each : slot.pending.cut(slot_seq{})) end(each, fate::unknown, why, out);
  forget_slot(which, out);
}

void attempt_book::look(instant now, effects& out) {
  for (std::size_t i = 0; i < classes_.size(); ++i) {
    const class_number of{static_cast<std::uint32_t>(i)};
    task_class& looked_at = classes_[i];
    if (looked_at.ask_again_at != 0 && looked_at.ask_again_at <= now) {
      looked_at.ask_again_at = 0;
      out.change(of);
    }
    note_lasting(of, now, out);
    while (const std::optional<planned> next = next_step(looked_at)) {
      if (next->at > now) break;
      held_slot& slot = slots_.at(next->slot);
      slot.recalled = slot.pending.empty();
      if (slot.recalled) {
        return_if_done(next->slot, out);
      } else {
        ask_back(slot, out);
      }
    }
  }
}

instant attempt_book::next_look() const {
  instant earliest = never;
  for (const task_class& of : classes_) {
    if (of.ask_again_at != 0) earliest = std::min(earliest, of.ask_again_at);
    const std::optional<planned> next = next_step(of);
    if (next) earliest = std::min(earliest, next->at);
    for (const held_index each : of.slots) {
      earliest = std::min(earliest, lasts_from(slots_.at(each)).value_or(never));
    }
  }
  return earliest;
}

/// From when on the first task of a slot runs too long for those behind it; nothing where there are
/// none, or it is known.
std::optional<instant> attempt_book::lasts_from(const held_slot& slot) const {
  if (slot.recalled || slot.first_lasts || slot.behind() == 0) return {};
  return slot.since + options_.take_back_after.count();
}

void attempt_book::note_lasting(class_number of, instant now, effects& out) {
  for (const held_index each : class_at(of).slots) {
    held_slot& slot = slots_.at(each);
    const std::optional<instant> from = lasts_from(slot);
    if (!from || *from > now) continue;
    slot.first_lasts = true;
    out.change(of);
  }
}

/// Says what time alone will have done with a slot of a class: what waits there is taken back, if
/// another is free and nothing else waits for that one; or it is given back, if nothing is needed.
std::optional<attempt_book::planned> attempt_book::next_step(const task_class& of) const {
  if (of.waiting != 0) return {};
  std::size_t idle = 0;
  std::size_t asked_back = 0;
  for (const held_index each : of.slots) {
    const held_slot& slot = slots_.at(each);
    if (slot.usable() && slot.pending.empty()) ++idle;
    if (slot.taking_back && !slot.recalled) ++asked_back;
  }
  if (idle <= asked_back) return {};
  const bool needed = asked_back != 0 || need(of) != 0;
  std::optional<planned> found;
  for (const held_index each : of.slots) {
    const held_slot& slot = slots_.at(each);
    if (!slot.usable() || (needed ? slot.behind() == 0 : !slot.pending.empty())) continue;
    const auto after = needed ? options_.take_back_after : options_.idle_for;
    const planned here{each, slot.since + after.count()};
    if (!found || here.at < found->at) found = here;
  }
  return found;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::attempts
