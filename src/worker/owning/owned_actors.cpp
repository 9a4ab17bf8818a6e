#include "worker/owning/owned_actors.hpp"

#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"

#include <algorithm>

// The lives of owned actors: how each begins, and what comes after its end.
namespace rt::worker::owning {
inline namespace RT_LANE_VARIANT {

using state = owned_actor::state;

void owned_actors::spawn(const actor_id& actor, const owned_options& options, effects& out) {
  entry& of = *actors_.try_emplace(actor).first;
  of.second.options = options;
  begin_life(of, out);
}

void owned_actors::registered(const actor_id& actor, epoch_number epoch, registration answer,
                              effects& out) {
  entry* const of = find(actor);
  if (of == nullptr || of->second.is != state::registering || of->second.epoch != epoch) return;
  switch (answer) {
    case registration::registered: return ask_for_place(*of, out);
    case registration::name_taken: return die(*of, death_cause::name_taken, out);
    case registration::refused: return die(*of, death_cause::not_registered, out);
  }
}

void owned_actors::placed(const actor_id& actor, epoch_number epoch, session_number host,
                          slot_place place, effects& out) {
  entry* const of = find(actor);
  if (of == nullptr || of->second.is != state::placing || of->second.epoch != epoch) {
    out.given_back.push_back({host, place});
    return;
  }
  owned_actor& placed = of->second;
  placed.is = state::creating;
  placed.host = host;
  placed.place = place;
  out.creates.push_back({host, place, actor, epoch, placed.restarts});
  if (!placed.has_handles) RT_PROBE("owned_actors.placed_without_handles");
  if (!placed.has_handles) tell_host_to_end(*of, death_cause::no_handles, true, out);
}

void owned_actors::cannot_be_placed(const actor_id& actor, epoch_number epoch, effects& out) {
  entry* const of = find(actor);
  if (of == nullptr || of->second.is != state::placing || of->second.epoch != epoch) return;
  end_for_good(*of, death_cause::cannot_be_placed, out);
}

void owned_actors::created(session_number host, const actor_id& actor, epoch_number epoch,
                           creation answer, instant now, effects& out) {
  entry* const of = find_hosted(host, actor, epoch);
  if (of == nullptr || of->second.is == state::alive) return;
  const owned_actor& asked = of->second;
  const bool ending = asked.is == state::ending;
  switch (answer) {
    case creation::built:
      // One that is ending has yet to say so.
      if (ending) RT_PROBE("owned_actors.built_while_ending");
      else lives(*of, out);
      return;
    case creation::threw:
      return life_is_over(*of, death_cause::constructor_threw, false, true, now, out);
    case creation::ended: {
      RT_PROBE("owned_actors.ended_before_it_was_built");
      const death_cause why = ending ? asked.why : death_cause::process_died;
      return life_is_over(*of, why, !ending || asked.restart_after, true, now, out);
    }
  }
}

void owned_actors::ended(session_number host, const actor_id& actor, epoch_number epoch,
                         death_cause why, instant now, effects& out) {
  entry* const of = find_hosted(host, actor, epoch);
  if (of == nullptr) return;
  const owned_actor& gone = of->second;
  const bool ending = gone.is == state::ending;
  const bool another = ending ? gone.restart_after : why != death_cause::exited;
  life_is_over(*of, ending ? gone.why : why, another, true, now, out);
}

void owned_actors::session_ended(session_number which, instant now, effects& out) {
  std::vector<actor_id> hosted;
  for (auto& [actor, of] : actors_) {
    std::erase_if(of.questions, [which](const auto& each) { return each.from == which; });
    std::erase_if(of.killers, [which](const auto& each) { return each.from == which; });
    std::erase(of.interested, which);
    if (of.has_host() && of.host == which) hosted.push_back(actor);
  }
  for (const actor_id& each : hosted) {
    entry& of = *find(each);
    const bool ending = of.second.is == state::ending;
    if (ending) RT_PROBE("owned_actors.host_lost_while_ending");
    const death_cause why = ending ? of.second.why : death_cause::host_died;
    life_is_over(of, why, !ending || of.second.restart_after, false, now, out);
  }
}

void owned_actors::begin_life(entry& of, effects& out) {
  owned_actor& begun = of.second;
  if (begun.epoch == epoch_number{} || !RT_SIMBUG("actor.epoch_not_minted")) {
    begun.epoch = next(begun.epoch);
  }
  if (!begun.options.registered) return ask_for_place(of, out);
  begun.is = state::registering;
  out.registrations.push_back({of.first, begun.epoch});
}

void owned_actors::ask_for_place(entry& of, effects& out) {
  of.second.is = state::placing;
  out.place_questions.push_back({of.first, of.second.epoch});
}

void owned_actors::lives(entry& of, effects& out) {
  owned_actor& built = of.second;
  built.is = state::alive;
  built.lived = built.epoch;
  tell(of, out);
  tell_head(of, out);
}

bool owned_actors::may_restart(owned_actor& of, instant now) const {
  if (RT_SIMBUG("actor.restart_limit_ignored")) return true;
  const std::int64_t max = of.options.max_restarts;
  if (max >= 0 && of.restarts >= static_cast<std::uint64_t>(max)) {
    RT_PROBE("owned_actors.may_not_restart");
    return false;
  }
  const instant since = now - options_.restarts_within.count();
  std::erase_if(of.recent_restarts, [since](instant each) { return each <= since; });
  return of.recent_restarts.size() < options_.restarts_max;
}

void owned_actors::life_is_over(entry& of, death_cause why, bool another, bool host_lives,
                                instant now, effects& out) {
  owned_actor& gone = of.second;
  if (host_lives) out.given_back.push_back({gone.host, gone.place});
  gone.restart_after = false;
  gone.after_calls = false;
  another = another && gone.has_handles;
  if (gone.options.for_head && gone.has_handles) return wait_for_head(of, why, another, out);
  if (!another || !may_restart(gone, now)) return die(of, why, out);
  gone.why = why;
  ++gone.restarts;
  gone.recent_restarts.push_back(now);
  begin_life(of, out);
  tell(of, out);
}

owned_actors::entry* owned_actors::find(const actor_id& actor) {
  const auto found = actors_.find(actor);
  return found == actors_.end() ? nullptr : &*found;
}

owned_actors::entry* owned_actors::find_hosted(session_number host, const actor_id& actor,
                                               epoch_number epoch) {
  entry* const found = find(actor);
  if (found == nullptr) return nullptr;
  const owned_actor& of = found->second;
  return of.has_host() && of.host == host && of.epoch == epoch ? found : nullptr;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::owning
