#include <utility>

#include "core/planted_bug.hpp"
#include "head/control_plane.hpp"

// Named and detached actors.

namespace rt::head {
inline namespace RT_LANE_VARIANT {

using wire::actor_state;
using wire::register_answer;

void control_plane::register_actor(ticket to, incarnation from, const known_actor& claim,
                                   instant now, effects& out) {
  if (fenced_) return;
  const auto answer = [&](register_answer what, const known_actor* existing) {
    registration told{.answer = what, .existing = {}};
    if (existing != nullptr) told.existing = located(*existing);
    commits_.hold(effects::answer{to, std::move(told)});
    release(now, out);
  };
  if (!lives(from, now, out)) return answer(register_answer::stale_incarnation, nullptr);
  const known_actor* const known =
      RT_SIMBUG("register.not_keyed") ? nullptr : known_.actor(claim.actor);
  known_actor kept = claim;
  if (known != nullptr) {
    const bool not_newer = claim.epoch <= known->epoch && !RT_SIMBUG("epoch.not_checked");
    // A detached one has no later claims: what comes again is the first.
    const bool by_spawner = known->detached && incarnation{claim.actor.incarnation} == from;
    if (by_spawner && claim.detached) return answer(register_answer::registered, nullptr);
    if (known->owner != from || (not_newer && claim.epoch < known->epoch)) {
      return answer(register_answer::stale_epoch, known);
    }
    if (not_newer) return answer(register_answer::registered, nullptr);
    kept.name = known->name;
    kept.space = known->space;
    kept.job = known->job;
    kept.detached = known->detached;
  } else if (known_.has_ended(claim.actor)) {
    return answer(register_answer::stale_epoch, nullptr);
  } else {
    const known_actor* const holder =
        claim.name.empty() ? nullptr
                           : known_.actor_named(name_key::of(claim.space, claim.job, claim.name));
    if (holder != nullptr) return answer(register_answer::exists, holder);
    if (known_.actors().size() >= with_.actors_max) return answer(register_answer::full, nullptr);
  }
  kept.owner = kept.detached ? no_incarnation : from;
  kept.process = {};
  kept.state = actor_state::starting;
  write_actor(kept, out);
  if (kept.detached) commits_.hold(building{kept});
  answer(register_answer::registered, nullptr);
}

void control_plane::end_actor(ticket to, incarnation from, const actor_id& actor,
                              std::uint64_t epoch, instant now, effects& out) {
  if (fenced_) return;
  const known_actor* const known = lives(from, now, out) ? known_.actor(actor) : nullptr;
  if (known != nullptr) {
    const bool by_owner = known->owner == from && epoch >= known->epoch;
    const bool by_spawner = known->detached && incarnation{actor.incarnation} == from;
    if (by_owner || by_spawner) end_actor(*known, out);
  }
  commits_.hold(effects::answer{to, registration{register_answer::stale_epoch, {}}});
  release(now, out);
}

void control_plane::find(ticket to, incarnation from, const name_key& key, instant now,
                         effects& out) {
  if (fenced_) return;
  finding told;
  if (lives(from, now, out)) {
    if (const known_actor* const actor = known_.actor_named(key)) told.found = located(*actor);
  }
  commits_.hold(effects::answer{to, std::move(told)});
  release(now, out);
}

void control_plane::actor_told(incarnation from, const actor_id& actor, std::uint64_t epoch,
                               actor_state state, incarnation process, instant now, effects& out) {
  if (fenced_) return;
  const bool own = from == no_incarnation;
  if (!own && !lives(from, now, out)) return;
  const known_actor* const known = known_.actor(actor);
  if (known == nullptr || epoch != known->epoch) return;
  if (known->owner != from) return;
  if (state == actor_state::dead) {
    end_actor(*known, out);
  } else if (state == actor_state::restarting) {
    // Another owner than the head builds it itself, and registers the epoch.
    if (own) rebuild_or_end(*known, out);
  } else if (state == actor_state::alive && lives_.count(process) != 0) {
    known_actor found = *known;
    found.state = state;
    found.process = process;
    if (!(found == *known)) write_actor(found, out);
  } else if (state == actor_state::alive && own) {
    rebuild_or_end(*known, out);  // where it was built has died meanwhile
  }
  release(now, out);
}

void control_plane::write_actor(const known_actor& actor, effects& out) {
  write(actor_record{actor}, out);
}

void control_plane::end_actor(known_actor actor, effects& out) {
  write(actor_end_record{actor.actor}, out);
  if (!actor.detached) return;
  kill_life(actor);
  commits_.hold(dismissal{actor.actor});
}

void control_plane::rebuild_or_end(known_actor actor, effects& out) {
  if (actor.max_restarts >= 0 && actor.restarts >= actor.max_restarts) {
    return end_actor(std::move(actor), out);
  }
  ++actor.restarts;
  rebuild(std::move(actor), out);
}

void control_plane::rebuild(known_actor actor, effects& out) {
  const known_actor before = actor;
  ++actor.epoch;
  actor.state = actor_state::restarting;
  actor.process = {};
  write_actor(actor, out);
  kill_life(before);
  commits_.hold(building{std::move(actor)});
}

void control_plane::kill_life(const known_actor& actor) {
  if (lives_.count(actor.process) == 0) return;
  commits_.hold(effects::letter{actor.process,
                                wire::kill_request{.actor = actor.actor, .epoch = actor.epoch}});
}

void control_plane::rebuild_lost_ones(effects& out) {
  std::vector<known_actor> lost;
  for (const auto& [id, actor] : known_.actors()) {
    const bool lived = actor.detached && actor.state == actor_state::alive &&
                       !RT_SIMBUG("detached.lost_one_not_rebuilt");
    if (lived && lives_.count(actor.process) == 0) lost.push_back(actor);
  }
  for (const known_actor& each : lost) rebuild_or_end(each, out);
}

void control_plane::begin_unbuilt_anew(effects& out) {
  // Who hosted one has told by now. Asking for the same epoch again could make two of it.
  for (const auto& [id, epoch] : std::exchange(unbuilt_, {})) {
    const known_actor* const actor = known_.actor(id);
    const bool is_unbuilt =
        actor != nullptr && actor->epoch == epoch && actor->state != actor_state::alive;
    if (is_unbuilt) rebuild(*actor, out);
  }
}

located_actor control_plane::located(const known_actor& actor) const {
  return {actor, where_is(actor.owner), where_is(actor.process)};
}

located_process control_plane::where_is(incarnation process) const {
  const auto found = lives_.find(process);
  return {process, found != lives_.end() ? found->second.entry.address : std::string()};
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
