#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"
#include "worker/owning/owned_actors.hpp"

#include <algorithm>

// Who is told what of an owned actor.
namespace rt::worker::owning {
inline namespace RT_LANE_VARIANT {

using state = owned_actor::state;

standing standing_of(const owned_actor& of) {
  using kind = standing::kind;
  switch (of.is) {
    case state::alive: return {kind::alive, of.epoch, of.host, death_cause::none};
    case state::dead: return {kind::dead, of.lived, {}, of.why};
    case state::registering:
    case state::placing:
    case state::creating:
    case state::ending:
    case state::waiting: break;
  }
  const bool first = of.lived == epoch_number{};
  return {first ? kind::starting : kind::restarting, of.lived, {}, of.why};
}

void owned_actors::whereabouts(session_number from, request_number request, const actor_id& actor,
                               epoch_number not_epoch, effects& out) {
  entry* const of = find(actor);
  if (of == nullptr) {
    RT_PROBE("owning_telling.asked_of_a_forgotten_one");
    standing gone;
    gone.what = standing::kind::dead;
    out.replies.push_back({from, request, actor, gone});
    return;
  }
  owned_actor& asked = of->second;
  const standing now = standing_of(asked);
  const bool known = now.what == standing::kind::dead ||
                     (now.what == standing::kind::alive && now.epoch > not_epoch);
  if (!known && RT_SIMBUG("actor.question_is_forgotten")) return;
  const auto at = std::lower_bound(asked.interested.begin(), asked.interested.end(), from);
  if (at == asked.interested.end() || *at != from) asked.interested.insert(at, from);
  if (known) {
    out.replies.push_back({from, request, actor, now});
    return;
  }
  if (now.what == standing::kind::alive) RT_PROBE("owning_telling.missed_before_its_host_was");
  asked.questions.push_back({from, request, not_epoch});
  // It need not wait for that to know that what it had sent is lost.
  if (now.what == standing::kind::restarting && asked.is != state::ending) {
    out.notices.push_back({from, actor, now});
  }
}

/// Tells all who have asked how an actor is now: by the reply, if they wait for one.
void owned_actors::tell(entry& of, effects& out) {
  owned_actor& about = of.second;
  const standing now = standing_of(about);
  std::vector<session_number> answered;
  std::erase_if(about.questions, [&](const owned_actor::question& each) {
    const bool known = now.what == standing::kind::dead ||
                       (now.what == standing::kind::alive && now.epoch > each.not_epoch);
    if (!known) return false;
    out.replies.push_back({each.from, each.request, of.first, now});
    answered.push_back(each.from);
    return true;
  });
  for (const session_number each : about.interested) {
    if (std::find(answered.begin(), answered.end(), each) != answered.end()) continue;
    out.notices.push_back({each, of.first, now});
  }
}

void owned_actors::tell_head(const entry& of, effects& out) {
  const owned_options& how = of.second.options;
  if (!how.registered && !how.for_head) return;
  standing now = standing_of(of.second);
  now.epoch = of.second.epoch;
  out.head_notices.push_back({of.first, now});
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::owning
