#include "worker/hosting/host_table.hpp"

#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"

// The lives of actors: how they begin and end.
namespace rt::worker::hosting {
inline namespace RT_LANE_VARIANT {

using state = hosted_actor::state;
using creation = effects::created::kind;

void host_table::create(session_number owner, request_number request, const hosted_name& which,
                        const actor_options& options, effects& out) {
  const auto later = actors_.upper_bound(which);
  const bool outdated = later != actors_.end() && later->first.actor == which.actor;
  hosted_actor* const known = find(which);
  if (outdated || (known != nullptr && !known->lives())) {
    out.creations.push_back({owner, request, which, creation::ended});
    return;
  }
  if (known != nullptr) return attach(owner, request, which, *known, out);
  // Of an earlier life nothing is wanted any more: its owner took it for dead.
  kill({which.actor, epoch_number{}}, out);
  hosted_actor& made = actors_[which];
  made.options = options;
  made.owner = owner;
  made.asked = hosted_actor::asker{owner, request};
  out.to_build.push_back(which);
}

void host_table::take_over(session_number owner, request_number request, const hosted_name& which,
                           effects& out) {
  hosted_actor* const known = find_living(which);
  if (known != nullptr) {
    RT_PROBE("host_table.taken_over");
    return attach(owner, request, which, *known, out);
  }
  out.creations.push_back({owner, request, which, creation::ended});
}

void host_table::attach(session_number owner, request_number request, const hosted_name& which,
                        hosted_actor& known, effects& out) {
  known.owner = owner;
  if (known.is == state::building) {
    known.asked = hosted_actor::asker{owner, request};
  } else {
    out.creations.push_back({owner, request, which, creation::built});
  }
}

std::vector<hosted_name> host_table::detached() const {
  std::vector<hosted_name> all;
  for (const auto& [name, actor] : actors_) {
    const bool is_built = actor.lives() && actor.is != state::building;
    if (actor.options.detached && is_built) all.push_back(name);
  }
  return all;
}

void host_table::built(const hosted_name& which, bool threw, effects& out) {
  hosted_actor* const here = find(which);
  if (here == nullptr || !here->constructing) return;
  here->constructing = false;
  if (!here->lives()) {
    RT_PROBE("host_table.built_after_its_end");
    return free_if_done(which, out);
  }
  if (here->asked) {
    const auto what = threw ? creation::threw : creation::built;
    out.creations.push_back({here->asked->session, here->asked->request, which, what});
    here->asked.reset();
    // That was the one word of its end.
    if (threw) here->owner.reset();
  }
  if (threw) return end(which, end_reason::constructor_threw, out);
  if (here->finish_asked) RT_PROBE("host_table.built_to_finish");
  here->is = here->finish_asked ? state::finishing : state::alive;
  look_for_more(which, out);
}

bool host_table::kill(const hosted_name& which, effects& out) {
  std::vector<hosted_name> found;
  const bool any = which.epoch == epoch_number{};
  for (auto each = actors_.lower_bound(which); each != actors_.end(); ++each) {
    if (each->first.actor != which.actor || (!any && each->first.epoch != which.epoch)) break;
    if (each->second.lives()) found.push_back(each->first);
  }
  for (const hosted_name& each : found) end(each, end_reason::killed, out);
  return !found.empty();
}

void host_table::finish(const hosted_name& which, effects& out) {
  hosted_actor* const here = find_living(which);
  if (here == nullptr) return;
  here->finish_asked = true;
  if (here->is != state::alive) return;
  here->is = state::finishing;
  look_for_more(which, out);
}

void host_table::exit(const hosted_name& which, effects& out) {
  if (find_living(which) != nullptr) end(which, end_reason::exited, out);
}

void host_table::process_died(const hosted_name& which, effects& out) {
  if (find_living(which) != nullptr) end(which, end_reason::process_died, out);
  hosted_actor* const here = find(which);
  if (here == nullptr) return;
  here->constructing = false;
  here->running.clear();
  free_if_done(which, out);
}

void host_table::session_ended(session_number which, effects& out) {
  held_back_.erase(which);
  std::vector<hosted_name> living;
  for (const auto& [name, actor] : actors_) {
    if (actor.lives()) living.push_back(name);
  }
  for (const hosted_name& each : living) {
    hosted_actor& here = *find(each);
    drop_caller(each, here, which, out);
    if (here.owner != which) {
      look_for_more(each, out);
      continue;
    }
    here.owner.reset();
    here.asked.reset();
    // Of one that was not built yet nobody knows: it is built again elsewhere.
    const bool stays = here.options.detached && here.is != state::building &&
                       !RT_SIMBUG("detached.ends_with_its_head");
    if (stays) RT_PROBE("host_table.stays_without_a_head");
    if (stays || RT_SIMBUG("actor.kept_after_owner_died")) {
      look_for_more(each, out);
    } else {
      end(each, end_reason::owner_died, out);
    }
  }
}

/// Ends a life, as all others see it; what runs of it may go on for a while.
void host_table::end(const hosted_name& which, end_reason why, effects& out) {
  hosted_actor& gone = *find(which);
  const bool was_building = gone.is == state::building;
  answer_all(which, gone, out);
  if (gone.asked) {
    out.creations.push_back({gone.asked->session, gone.asked->request, which, creation::ended});
    gone.asked.reset();
  } else if (gone.owner || (gone.options.detached && !was_building)) {
    out.ends.push_back({gone.owner, which, why});
  }
  gone.is = state::ended;
  if (gone.constructing || !gone.running.empty()) out.end_actor.push_back(which);
  free_if_done(which, out);
}

hosted_actor* host_table::find(const hosted_name& which) {
  const auto found = actors_.find(which);
  return found == actors_.end() ? nullptr : &found->second;
}

hosted_actor* host_table::find_living(const hosted_name& which) {
  hosted_actor* const found = find(which);
  return found != nullptr && found->lives() ? found : nullptr;
}

void host_table::free_if_done(const hosted_name& which, effects& out) {
  const hosted_actor& gone = *find(which);
  if (gone.lives() || gone.constructing || !gone.running.empty()) return;
  out.freed.push_back(which);
  actors_.erase(which);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::hosting
