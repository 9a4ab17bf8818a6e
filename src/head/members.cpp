#include <algorithm>
#include <set>
#include <utility>

#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"
#include "head/control_plane.hpp"

// Who belongs to the cluster: joining, living, draining, dying.

namespace rt::head {
inline namespace RT_LANE_VARIANT {

using wire::join_answer;
using wire::node_reason;
using wire::node_state;

bool control_plane::lives(incarnation from, instant now, effects& out) {
  const instant attended = look(now, out);
  const auto found = lives_.find(from);
  if (found != lives_.end()) {
    found->second.heard_at = attended;
    return true;
  }
  if (known_.is_dead(from)) tell_stale(from, now);
  release(now, out);
  return false;
}

void control_plane::heard(incarnation from, instant now, effects& out) {
  if (!fenced_) lives(from, now, out);
}

void control_plane::join(ticket to, incarnation from, const wire::join_request& asks, instant now,
                         effects& out) {
  if (fenced_) return;
  look(now, out);
  wire::node_entry entry = asks.self;
  // What others are told of it is not its own to say.
  entry.incarnation = static_cast<std::uint64_t>(from);
  entry.job = {};
  const bool drains = entry.state == node_state::draining;
  const std::uint64_t drain_left_ns = std::exchange(entry.drain_left_ns, 0);
  entry.state = node_state::alive;
  entry.reason = node_reason::none;
  const join_answer answer = admit(entry, asks.was_in, out);
  if (answer == join_answer::accepted) {
    liveness& known = lives_.at(from);
    known.heard_at = attention_.attended();
    if (drains && known.drain_until == never) {
      // A head before this one has asked it to.
      known.drain_until = now + static_cast<instant>(std::min<std::uint64_t>(
                                    drain_left_ns, static_cast<std::uint64_t>(never / 2 - now)));
    }
    say_anew(known, entry, now);
    // What it says again may be older than what this head has had built there since.
    const bool first = !std::exchange(known.compared, true);
    compare_hosted(from, asks.actors, first, out);
  }
  const bool same_term = asks.view_term == static_cast<std::uint64_t>(term_);
  commits_.hold(join_answered{to, from, answer, same_term ? asks.view_version : 0});
  const auto known = lives_.find(from);
  if (known != lives_.end() && known->second.drain_until != never && !drains) {
    // It was not there when it was told.
    commits_.hold(
        effects::letter{from, wire::drain_request{known->second.entry.reason,
                                                  static_cast<std::uint64_t>(std::max<instant>(
                                                      known->second.drain_until - now, 0))}});
  }
  release(now, out);
}

void control_plane::begin_job(ticket to, incarnation from, job_id job,
                              const wire::job_request& asks, instant now, effects& out) {
  if (fenced_) return;
  look(now, out);
  wire::node_entry entry;
  entry.incarnation = static_cast<std::uint64_t>(from);
  entry.state = node_state::alive;
  entry.name = asks.name;
  entry.address = asks.address;
  entry.job = job;
  const auto known = lives_.find(from);
  // An incarnation has one job, and it is one that it has minted.
  bool ended = job.incarnation != entry.incarnation ||
               (known != lives_.end() && known->second.entry.job != job);
  if (!ended) ended = admit(entry, asks.was_in, out) != join_answer::accepted;
  if (!ended) lives_.at(from).heard_at = attention_.attended();
  commits_.hold(job_answered{to, from, ended});
  release(now, out);
}

void control_plane::end_job(incarnation from, instant now, effects& out) {
  if (fenced_ || !lives(from, now, out)) return;
  if (lives_.at(from).entry.job) declare_dead(from, node_reason::left, out);
  release(now, out);
}

void control_plane::goodbye(incarnation from, instant now, effects& out) {
  if (fenced_ || lives_.count(from) == 0) return;
  declare_dead(from, node_reason::left, out);
  release(now, out);
}

void control_plane::health(incarnation from, const wire::health_notice& told, instant now,
                           effects& out) {
  if (fenced_ || !lives(from, now, out)) return;
  liveness& known = lives_.at(from);
  if (!known.joined) return;
  if (known.entry.available != told.available || known.entry.waiting != told.waiting) {
    known.entry.available = told.available;
    known.entry.waiting = told.waiting;
    known.load_changed = true;
  }
  // A change may have been let pass on the way to it, and none has come since to show it the gap.
  if (told.view_version < told_version_ &&
      now >= std::max(told_at_, known.caught_up_at) + with_.health_period) {
    known.caught_up_at = now;
    catch_up(from, told.view_version, now, out);
  }
}

void control_plane::confirm(ticket to, incarnation from, instant now, effects& out) {
  if (fenced_) return;
  const bool counts = lives(from, now, out);
  // A newer head may have declared it dead: that nothing was written behind our back is the answer.
  if (counts) write(proof_record{}, out);
  commits_.hold(effects::answer{to, wire::confirm_reply{.counts = counts}});
  release(now, out);
}

bool control_plane::drain(incarnation node, node_reason reason, instant left, instant now,
                          effects& out) {
  if (fenced_) return false;
  const auto found = lives_.find(node);
  if (found == lives_.end() || found->second.entry.job) return false;
  liveness& known = found->second;
  known.drain_until = now + left;
  wire::node_entry entry = known.entry;
  entry.reason = reason;
  say_anew(known, entry, now);
  commits_.hold(effects::letter{
      node, wire::drain_request{reason, static_cast<std::uint64_t>(std::max<instant>(left, 0))}});
  release(now, out);
  return true;
}

join_answer control_plane::admit(const wire::node_entry& entry, bool was_in, effects& out) {
  const incarnation process{entry.incarnation};
  if (known_.is_dead(process) && !RT_SIMBUG("stale.readmitted")) {
    return join_answer::stale_incarnation;
  }
  if (lives_.count(process) != 0) return join_answer::accepted;
  // It was a member and is none: it died, longer ago than deaths are remembered.
  if (was_in && !RT_SIMBUG("stale.readmitted")) return join_answer::stale_incarnation;
  if (lives_.size() >= with_.members_max) return join_answer::full;
  // A node asks again; a job would be over.
  if (!entry.job && RT_BUGGIFY("members.no_room")) return join_answer::full;
  if (!makes_room_for(entry, out)) return join_answer::name_taken;
  take_in(entry, out);
  return join_answer::accepted;
}

bool control_plane::makes_room_for(const wire::node_entry& entry, effects& out) {
  if (entry.job) return true;
  std::vector<incarnation> replaced;
  for (const auto& [process, known] : lives_) {
    if (known.entry.job) continue;
    const bool same_address = !entry.address.empty() && known.entry.address == entry.address;
    const bool same_name = !entry.name.empty() && known.entry.name == entry.name;
    if (!same_address && !same_name) continue;
    // At one address there is one process. But what an older one had sent may come late: one that was
    // heard just now is not taken for gone.
    const instant quiet = attention_.attended() - known.heard_at;
    if (!same_address || quiet < 2 * with_.health_period) return false;
    replaced.push_back(process);
  }
  for (const incarnation each : replaced) declare_dead(each, node_reason::replaced, out);
  return true;
}

void control_plane::take_in(const wire::node_entry& entry, effects& out) {
  lives_[incarnation{entry.incarnation}] = {.heard_at = attention_.attended(), .entry = entry};
  write(member_record{entry}, out);
  commits_.hold(publication{entry, never});
}

void control_plane::say_anew(liveness& known, const wire::node_entry& entry, instant) {
  wire::node_entry now_so = entry;
  if (known.drain_until != never) {
    now_so.state = node_state::draining;
    if (now_so.reason == node_reason::none) now_so.reason = known.entry.reason;
    if (now_so.reason == node_reason::none) now_so.reason = node_reason::asked;
  }
  if (now_so == known.entry) return;
  known.entry = now_so;
  commits_.hold(publication{now_so, known.drain_until});
}

void control_plane::declare_dead(incarnation process, node_reason reason, effects& out) {
  if (lives_.erase(process) == 0) return;
  if (RT_SIMBUG("death.not_logged")) known_.apply(death_record{process, reason});
  else write(death_record{process, reason}, out);
  commits_.hold(death_told{process, reason});
  rebuild_lost_ones(out);
}

void control_plane::tell_stale(incarnation process, instant now) {
  const auto [told, first] = told_stale_.emplace(process, now);
  if (!first && now < told->second + with_.health_period) return;
  told->second = now;
  commits_.hold(effects::letter{
      process, wire::stale_notice{static_cast<std::uint64_t>(process), known_.why_dead(process)}});
}

void control_plane::compare_hosted(incarnation from, const std::vector<wire::hosted_actor>& hosted,
                                   bool first, effects& out) {
  std::set<actor_id> there;
  for (const wire::hosted_actor& each : hosted) {
    const known_actor* const known = known_.actor(each.actor);
    if (known == nullptr || each.epoch < known->epoch) {
      // It has ended, or lives elsewhere in a later epoch.
      commits_.hold(
          effects::letter{from, wire::kill_request{.actor = each.actor, .epoch = each.epoch}});
      continue;
    }
    there.insert(each.actor);
    const bool is_its =
        known->process == from || (known->process == no_incarnation && unbuilt_.count(each.actor));
    if (!first || !known->detached || !is_its) continue;
    known_actor found = *known;
    found.state = wire::actor_state::alive;
    found.process = from;
    if (!(found == *known)) write_actor(found, out);
    commits_.hold(adoption{found});
  }
  if (!first) return;
  std::vector<known_actor> missing;
  for (const auto& [id, actor] : known_.actors()) {
    if (!actor.detached || actor.process != from || there.count(id) != 0) continue;
    missing.push_back(actor);
    missing.back().process = {};  // nothing is there to be killed
  }
  for (const known_actor& each : missing) rebuild_or_end(each, out);
}

void control_plane::declare_silent_ones(effects& out) {
  std::vector<incarnation> silent;
  for (const auto& [process, known] : lives_) {
    if (attention_.attended() - known.heard_at >= with_.death_timeout) silent.push_back(process);
  }
  for (const incarnation each : silent) declare_dead(each, node_reason::silent, out);
}

void control_plane::declare_undrained_ones(instant now, effects& out) {
  std::vector<std::pair<incarnation, node_reason>> late;
  for (const auto& [process, known] : lives_) {
    if (known.drain_until == never || now < known.drain_until + with_.drained_within) continue;
    late.emplace_back(process, known.entry.reason);
  }
  for (const auto& [process, reason] : late) declare_dead(process, reason, out);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
