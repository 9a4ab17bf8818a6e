#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"
#include "worker/calls/call_book.hpp"

#include <algorithm>

// How actors are, as owners say and sessions show.
namespace rt::worker::calls {
inline namespace RT_LANE_VARIANT {

void call_book::know(const actor_id& actor, session_number owner) {
  const auto [known, is_new] = actors_.try_emplace(actor);
  if (is_new) known->second.owner = owner;
}

void call_book::know_detached(const actor_id& actor, std::optional<session_number> owner) {
  const auto [known, is_new] = actors_.try_emplace(actor);
  if (!is_new) return;
  known->second.owner = owner;
  known->second.detached = true;
}

void call_book::detached_owned_by(session_number owner, instant now, effects& out) {
  for (entry& of : actors_) {
    called_actor& actor = of.second;
    if (!actor.detached || actor.view == actor_view::dead || actor.owner == owner) continue;
    actor.owner = owner;
    actor.asked = false;
    if (actor.view == actor_view::cannot_reach) {
      RT_PROBE("standings.head_is_back_after_long");
      actor.view = actor_view::missed;
    }
    ask_if_needed(of, now, out);
  }
}

void call_book::forget(const actor_id& actor) { actors_.erase(actor); }

void call_book::told(session_number owner, const actor_id& actor, const told_standing& how,
                     bool is_reply, instant now, effects& out) {
  entry* const of = find_owned(owner, actor);
  if (of == nullptr || of->second.view == actor_view::dead) return;
  if (is_reply) of->second.asked = false;
  using kind = told_standing::kind;
  switch (how.what) {
    case kind::alive: lives(*of, how, out); break;
    case kind::coming: comes(*of, how, out); break;
    case kind::dead: dies(*of, end_cause::actor_died, out); break;
  }
  ask_if_needed(*of, now, out);
}

void call_book::lives(entry& of, const told_standing& how, effects& out) {
  called_actor& actor = of.second;
  // It may have been missed in that epoch since this was said.
  if (how.epoch <= actor.epoch) return;
  actor.view = actor_view::coming;
  if (!RT_SIMBUG("actor.next_life_before_the_last_is_settled")) give_up_sent(of, out);
  actor.view = actor_view::alive;
  actor.epoch = how.epoch;
  actor.at = how.at;
  fail_doubtful(of, out);
  out.change(of.first);
}

void call_book::comes(entry& of, const told_standing& how, effects& out) {
  called_actor& actor = of.second;
  if (how.epoch < actor.epoch) return;
  actor.view = actor_view::coming;
  if (how.epoch > actor.epoch) {
    // That one came and went, and nothing was sent to it; what was sent before it is older still.
    RT_PROBE("standings.life_missed");
    give_up_sent(of, out);
    actor.epoch = how.epoch;
    actor.at = {};
  }
  // What was sent in this epoch its host may still answer: it lives, as far as is known.
  fail_doubtful(of, out);
}

void call_book::dies(entry& of, end_cause why, effects& out) {
  called_actor& actor = of.second;
  actor.view = actor_view::dead;
  actor.owner_died = why == end_cause::owner_died;
  fail_all(of, why, out);
}

/// It is not where it was sent to.
void call_book::miss(entry& of, instant now) {
  called_actor& actor = of.second;
  if (actor.view != actor_view::alive) return;
  actor.view = actor_view::missed;
  actor.missed_since = now;
}

void call_book::ask_if_needed(entry& of, instant now, effects& out) {
  called_actor& actor = of.second;
  const bool needed = actor.view == actor_view::unknown || actor.view == actor_view::missed;
  if (!needed || actor.asked || actor.calls.empty()) return;
  if (!actor.owner) {
    // Whoever comes after it will be asked.
    if (actor.unowned_since == never) actor.unowned_since = now;
    return;
  }
  actor.asked = true;
  actor.unowned_since = never;
  actor.missed_since = now;
  const bool missed = actor.view == actor_view::missed;
  out.questions.push_back({*actor.owner, of.first, missed ? actor.epoch : epoch_number{}});
}

void call_book::session_ended(session_number which, instant now, effects& out) {
  for (entry& of : actors_) {
    called_actor& actor = of.second;
    if (actor.view == actor_view::dead) continue;
    if (actor.owner == which) owner_is_gone(of, now, out);
    if (actor.view == actor_view::dead || actor.at != which) continue;
    miss(of, now);
    give_up_sent(of, out);
    ask_if_needed(of, now, out);
  }
}

void call_book::owner_is_gone(entry& of, instant now, effects& out) {
  called_actor& actor = of.second;
  if (!actor.detached) {
    RT_PROBE("standings.owner_lost");
    return dies(of, end_cause::owner_died, out);
  }
  actor.owner.reset();
  actor.asked = false;
  if (actor.view == actor_view::coming) {
    // Whoever comes after it has promised nothing.
    actor.view = actor.epoch == epoch_number{} ? actor_view::unknown : actor_view::missed;
  }
  ask_if_needed(of, now, out);
}

/// Until when calls of it wait; never where they wait for what will come.
instant call_book::waits_until(const called_actor& actor) const {
  const bool missed = actor.view == actor_view::missed;
  instant since = never;
  if (missed && actor.asked) since = actor.missed_since;
  else if (!actor.owner && !actor.calls.empty()) since = actor.unowned_since;
  return since == never ? never : since + options_.missed_for.count();
}

void call_book::look(instant now, effects& out) {
  for (entry& of : actors_) {
    if (now < waits_until(of.second)) continue;
    RT_PROBE("standings.waited_in_vain");
    of.second.view = actor_view::cannot_reach;
    of.second.unowned_since = never;
    fail_all(of, end_cause::actor_unavailable, out);
  }
}

instant call_book::next_look() const {
  instant earliest = never;
  if (RT_SIMBUG("actor.waits_in_vain")) return earliest;
  for (const auto& [id, actor] : actors_) earliest = std::min(earliest, waits_until(actor));
  return earliest;
}

call_book::entry* call_book::find_owned(session_number owner, const actor_id& actor) {
  entry* const found = find(actor);
  return found != nullptr && found->second.owner == owner ? found : nullptr;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::calls
