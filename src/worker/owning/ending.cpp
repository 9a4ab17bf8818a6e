#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"
#include "worker/owning/owned_actors.hpp"

#include <algorithm>
#include <utility>

// Who wants an owned actor's end, and what the head has done with its own.
namespace rt::worker::owning {
inline namespace RT_LANE_VARIANT {

using state = owned_actor::state;

void owned_actors::kill(session_number from, request_number request, const actor_id& actor,
                        epoch_number epoch, bool may_restart, effects& out) {
  entry* const of = find(actor);
  const auto reply = [&](bool killed) {
    // That the head's will not live again is told when that is safe: until then whoever wants it asks again.
    if (killed && !may_restart && of->second.options.for_head) {
      of->second.killers.push_back({from, request});
    } else {
      out.kill_replies.push_back({from, request, killed});
    }
  };
  if (of == nullptr || of->second.is == state::dead) return reply(false);
  owned_actor& wanted = of->second;
  if (epoch != epoch_number{} && epoch != wanted.epoch) return reply(false);
  switch (wanted.is) {
    case state::creating:
    case state::alive:
      wanted.restart_after = may_restart;
      tell_host_to_end(*of, death_cause::killed, false, out);
      if (RT_SIMBUG("actor.restarts_before_the_end")) {
        life_is_over(*of, death_cause::killed, may_restart, true, 0, out);
      }
      return reply(true);
    case state::ending: {
      RT_PROBE("owning_ending.killed_while_ending");
      const bool changes =
          wanted.after_calls || (wanted.restart_after && !may_restart) || wanted.options.for_head;
      wanted.restart_after = wanted.restart_after && may_restart;
      if (wanted.after_calls) tell_host_to_end(*of, death_cause::killed, false, out);
      return reply(changes);
    }
    case state::registering:
    case state::placing:
    case state::waiting:
      // No life of it is there to be ended.
      if (may_restart) return reply(false);
      RT_PROBE("owning_ending.killed_between_lives");
      reply(true);
      withdraw_place(*of, out);
      return end_for_good(*of, death_cause::killed, out);
    case state::dead: break;
  }
}

void owned_actors::handles_gone(const actor_id& actor, effects& out) {
  entry* const of = find(actor);
  if (of == nullptr) return;
  owned_actor& left = of->second;
  left.has_handles = false;
  switch (left.is) {
    case state::creating:
    case state::alive: return tell_host_to_end(*of, death_cause::no_handles, true, out);
    case state::ending: left.restart_after = false; return;
    case state::registering:
    case state::placing:
      // Its constructor is to run once, as everywhere.
      if (left.lived == epoch_number{}) return;
      withdraw_place(*of, out);
      return die(*of, death_cause::no_handles, out);
    case state::waiting: return die(*of, death_cause::no_handles, out);
    case state::dead: return forget_if_done(actor, out);
  }
}

void owned_actors::expect(const actor_id& actor, const owned_options& options, epoch_number epoch) {
  owned_actor& left = actors_[actor];
  if (left.epoch >= epoch) return;
  left.options = options;
  left.epoch = epoch;
  left.is = state::waiting;
  left.why = death_cause::host_died;
}

void owned_actors::adopt(const actor_id& actor, const owned_options& options, epoch_number epoch,
                         session_number host, effects& out) {
  entry& of = *actors_.try_emplace(actor).first;
  owned_actor& found = of.second;
  const bool expected = found.epoch == epoch && found.is == state::waiting;
  if (found.epoch >= epoch && !expected) return;
  found.options = options;
  found.epoch = epoch;
  found.restarts = static_cast<std::uint64_t>(epoch) - 1;
  found.is = state::creating;
  found.host = host;
  found.place = {};
  out.creates.push_back({.to = host,
                         .place = {},
                         .actor = actor,
                         .epoch = epoch,
                         .restarts = found.restarts,
                         .takes_over = true});
  if (found.is_over) tell_host_to_end(of, death_cause::killed, false, out);
}

void owned_actors::rebuild(const actor_id& actor, const owned_options& options, epoch_number epoch,
                           effects& out) {
  entry& of = *actors_.try_emplace(actor).first;
  owned_actor& begun = of.second;
  if (begun.epoch >= epoch) return;
  // Who wanted its end was told that it has one.
  begun.is_over = begun.is_over || (begun.is == state::ending && !begun.restart_after);
  if (begun.has_host()) {
    out.kills.push_back({begun.host, actor, begun.epoch, false});
    out.given_back.push_back({begun.host, begun.place});
  }
  withdraw_place(of, out);
  begun.options = options;
  begun.epoch = epoch;
  begun.restarts = static_cast<std::uint64_t>(epoch) - 1;
  if (begun.is_over) RT_PROBE("owning_ending.rebuilt_while_it_is_over");
  if (begun.is_over) return wait_for_head(of, begun.why, false, out);
  ask_for_place(of, out);
  tell(of, out);
}

void owned_actors::dismiss(const actor_id& actor, effects& out) {
  entry* const of = find(actor);
  if (of == nullptr) return;
  owned_actor& gone = of->second;
  gone.has_handles = false;
  if (gone.is == state::dead) return forget_if_done(actor, out);
  if (gone.has_host()) {
    gone.restart_after = false;
    return tell_host_to_end(*of, death_cause::killed, false, out);
  }
  withdraw_place(*of, out);
  die(*of, gone.is == state::waiting ? gone.why : death_cause::killed, out);
}

void owned_actors::end_for_good(entry& of, death_cause why, effects& out) {
  const bool waits =
      of.second.options.for_head && !RT_SIMBUG("detached.end_told_before_it_is_safe");
  if (waits) return wait_for_head(of, why, false, out);
  die(of, why, out);
}

void owned_actors::wait_for_head(entry& of, death_cause why, bool another, effects& out) {
  owned_actor& left = of.second;
  left.is = state::waiting;
  left.why = why;
  // Also where the head, meanwhile, has thought of another for some other reason.
  left.is_over = !another;
  // That it is dead is told when that is safe.
  if (another) tell(of, out);
  using kind = standing::kind;
  out.head_notices.push_back({of.first,
                              {.what = another ? kind::restarting : kind::dead,
                               .epoch = left.epoch,
                               .at = {},
                               .why = why}});
}

void owned_actors::withdraw_place(const entry& of, effects& out) {
  if (of.second.is == state::placing) RT_PROBE("owning_ending.place_not_needed");
  if (of.second.is == state::placing) out.place_withdrawals.push_back({of.first, of.second.epoch});
}

void owned_actors::tell_host_to_end(entry& of, death_cause why, bool after_calls, effects& out) {
  owned_actor& ending = of.second;
  ending.is = state::ending;
  ending.why = why;
  ending.after_calls = after_calls;
  out.kills.push_back({ending.host, of.first, ending.epoch, after_calls});
}

void owned_actors::die(entry& of, death_cause why, effects& out) {
  owned_actor& gone = of.second;
  gone.is = state::dead;
  gone.why = why;
  for (const owned_actor::killer& each : std::exchange(gone.killers, {})) {
    out.kill_replies.push_back({each.from, each.request, true});
  }
  tell(of, out);
  // The head knows what it has said itself, and nobody else keeps it.
  if (gone.options.for_head) gone.has_handles = false;
  else tell_head(of, out);
  forget_if_done(of.first, out);
}

void owned_actors::forget_if_done(const actor_id& actor, effects& out) {
  const auto found = actors_.find(actor);
  if (found->second.is != state::dead || found->second.has_handles) return;
  out.forgotten.push_back(actor);
  actors_.erase(found);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::owning
