#include "worker/calls/call_book.hpp"

#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"

#include <utility>

// Which calls are in the book, what may be sent, and what becomes of one that has no answer.
namespace rt::worker::calls {
inline namespace RT_LANE_VARIANT {

void call_book::add(const actor_id& actor, const call& made, instant now, effects& out) {
  entry& of = *find(actor);
  const auto at = static_cast<std::size_t>(made.name.task);
  if (at >= places_.size()) places_.resize(at + 1);
  places_[at] = {true, actor, of.second.calls.add(made)};
  ++held_;
  const call_seq seq = places_[at].seq;
  if (of.second.view == actor_view::dead) {
    RT_PROBE("call_book.called_when_dead");
    const bool by_owner = of.second.owner_died;
    return fail(of, seq, by_owner ? end_cause::owner_died : end_cause::actor_died, out);
  }
  if (of.second.view == actor_view::cannot_reach) {
    RT_PROBE("call_book.called_when_not_to_be_reached");
    return fail(of, seq, end_cause::actor_unavailable, out);
  }
  // Those that waited in vain before it are gone.
  if (of.second.calls.size() == 1) of.second.unowned_since = never;
  ask_if_needed(of, now, out);
  if (of.second.view == actor_view::alive) out.change(actor);
}

void call_book::ready(owner_index which, effects& out) {
  const auto at = static_cast<std::size_t>(which);
  if (at >= places_.size() || !places_[at].held) return;
  const place& here = places_[at];
  called_actor& of = actors_.at(here.actor);
  of.calls.at(here.seq).made.ready = true;
  if (of.view == actor_view::alive) out.change(here.actor);
}

std::optional<call_book::batch> call_book::next_batch(const actor_id& actor,
                                                      std::uint32_t calls_max) {
  entry* const found = find(actor);
  if (found == nullptr || found->second.view != actor_view::alive) return {};
  called_actor& of = found->second;
  using state = held_call::state;
  call_seq seq = of.calls.send_from();
  while (seq < of.calls.next_seq() && of.calls.at(seq).where != state::waiting) seq = seq + 1;
  batch made{of.at, of.epoch, seq, {}};
  for (; seq < of.calls.next_seq() && made.calls.size() < calls_max; seq = seq + 1) {
    held_call& next = of.calls.at(seq);
    if (next.where != state::waiting || !next.made.ready) break;
    next.where = state::sent;
    made.calls.push_back(next.made.name);
  }
  of.calls.sent_up_to(seq);
  if (made.calls.empty()) return {};
  return made;
}

call_book::verdict call_book::answered(session_number from, const actor_id& actor,
                                       epoch_number epoch, const attempt_name& which) {
  const std::optional<call_seq> seq = find_sent(from, actor, epoch, which);
  if (!seq) return {};
  entry& of = *find(actor);
  const held_call& gone = of.second.calls.at(*seq);
  const verdict found{true, gone.cancelling, gone.may_have_run};
  leave(of, *seq);
  return found;
}

void call_book::handed_back(session_number from, const actor_id& actor, epoch_number epoch,
                            const attempt_name& which, instant now, effects& out) {
  const std::optional<call_seq> seq = find_sent(from, actor, epoch, which);
  if (!seq) return;
  RT_PROBE("call_book.handed_back");
  entry& of = *find(actor);
  miss(of, now);
  come_back(of, *seq, fate::not_started, out);
  ask_if_needed(of, now, out);
}

void call_book::lost(session_number from, const actor_id& actor, epoch_number epoch,
                     const attempt_name& which, instant now, effects& out) {
  const std::optional<call_seq> seq = find_sent(from, actor, epoch, which);
  if (!seq) return;
  entry& of = *find(actor);
  miss(of, now);
  come_back(of, *seq, fate::unknown, out);
  ask_if_needed(of, now, out);
}

bool call_book::cancel(owner_index which, effects& out) {
  const auto at = static_cast<std::size_t>(which);
  if (at >= places_.size() || !places_[at].held) return false;
  const place here = places_[at];
  entry& of = *find(here.actor);
  held_call& ended = of.second.calls.at(here.seq);
  if (ended.where != held_call::state::sent) {
    fail(of, here.seq, end_cause::cancelled, out);
    // Those behind it may have waited for its arguments.
    if (of.second.view == actor_view::alive) out.change(here.actor);
    return true;
  }
  if (ended.cancelling) return true;
  ended.cancelling = true;
  out.cancels.push_back({of.second.at, here.actor, of.second.epoch, ended.made.name});
  return true;
}

std::size_t call_book::pending(const actor_id& actor) const {
  const auto found = actors_.find(actor);
  return found == actors_.end() ? 0 : found->second.calls.size();
}

/// Takes a call out, whatever is known of its fate.
void call_book::leave(entry& of, call_seq seq) {
  places_[static_cast<std::size_t>(of.second.calls.at(seq).made.name.task)].held = false;
  of.second.calls.leave(seq);
  --held_;
}

void call_book::fail(entry& of, call_seq seq, end_cause why, effects& out) {
  const held_call& gone = of.second.calls.at(seq);
  const auto outcome = gone.may_have_run ? rt::outcome::unknown : rt::outcome::not_started;
  out.failures.push_back({of.first, gone.made.name.task, why, outcome});
  leave(of, seq);
}

/// Decides what becomes of a call that was sent and will have no answer.
void call_book::come_back(entry& of, call_seq seq, fate known, effects& out) {
  held_call& back = of.second.calls.at(seq);
  const bool unknown = known == fate::unknown;
  back.may_have_run |= unknown;
  if (back.cancelling) return fail(of, seq, end_cause::cancelled, out);
  if (unknown && back.made.retries_left == 0 && !RT_SIMBUG("actor.resend_in_flight")) {
    // Whether it is dead or restarts is the owner's to say.
    RT_PROBE("call_book.in_doubt");
    back.where = held_call::state::doubtful;
    if (of.second.view != actor_view::missed) {
      fail(of, seq, end_cause::actor_unavailable, out);
    }
    return;
  }
  if (unknown && back.made.retries_left > 0) --back.made.retries_left;
  ++back.made.name.attempt;
  wait_again(of, seq);
}

/// Has a call be sent again, before those behind it.
void call_book::wait_again(entry& of, call_seq seq) {
  held_call& back = of.second.calls.at(seq);
  if (RT_SIMBUG("actor.order_lost_on_resend")) {
    const call again = back.made;
    const bool may_have_run = back.may_have_run;
    of.second.calls.leave(seq);
    const call_seq behind = of.second.calls.add(again);
    of.second.calls.at(behind).may_have_run = may_have_run;
    places_[static_cast<std::size_t>(again.name.task)].seq = behind;
    return;
  }
  back.where = held_call::state::waiting;
  of.second.calls.send_again(seq);
}

/// All that was sent in the epoch that is known is unknown.
void call_book::give_up_sent(entry& of, effects& out) {
  call_queue& calls = of.second.calls;
  const call_seq end = calls.next_seq();
  for (call_seq seq = calls.first_seq(); seq < end; seq = seq + 1) {
    if (seq < calls.first_seq()) continue;
    if (calls.at(seq).where == held_call::state::sent) come_back(of, seq, fate::unknown, out);
  }
}

/// Ends all calls of an actor; of those that were sent the fate is unknown.
void call_book::fail_all(entry& of, end_cause why, effects& out) {
  call_queue& calls = of.second.calls;
  const call_seq end = calls.next_seq();
  for (call_seq seq = calls.first_seq(); seq < end; seq = seq + 1) {
    if (seq < calls.first_seq()) continue;
    held_call& each = calls.at(seq);
    if (each.where == held_call::state::gone) continue;
    each.may_have_run |= each.where == held_call::state::sent;
    fail(of, seq, each.cancelling ? end_cause::cancelled : why, out);
  }
}

void call_book::fail_doubtful(entry& of, effects& out) {
  call_queue& calls = of.second.calls;
  const call_seq end = calls.next_seq();
  for (call_seq seq = calls.first_seq(); seq < end; seq = seq + 1) {
    if (seq < calls.first_seq()) continue;
    if (calls.at(seq).where != held_call::state::doubtful) continue;
    fail(of, seq, end_cause::actor_unavailable, out);
  }
}

call_book::entry* call_book::find(const actor_id& actor) {
  const auto found = actors_.find(actor);
  return found == actors_.end() ? nullptr : &*found;
}

// An answer to an attempt that was given up does not count, nor one of another epoch, or from
// elsewhere than the call was sent to.
std::optional<call_seq> call_book::find_sent(session_number from, const actor_id& actor,
                                             epoch_number epoch, const attempt_name& which) const {
  const auto at = static_cast<std::size_t>(which.task);
  if (at >= places_.size() || !places_[at].held || places_[at].actor != actor) return {};
  const called_actor& of = actors_.at(actor);
  const held_call& found = of.calls.at(places_[at].seq);
  const bool awaited = of.at == from && of.epoch == epoch &&
                       found.where == held_call::state::sent && found.made.name == which;
  if (!awaited && !RT_SIMBUG("actor.answer_twice_counted")) return {};
  return places_[at].seq;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::calls
