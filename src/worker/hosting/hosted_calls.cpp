#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"
#include "worker/hosting/host_table.hpp"

#include <algorithm>

// The calls of hosted actors.
namespace rt::worker::hosting {
inline namespace RT_LANE_VARIANT {

using state = hosted_actor::state;
using answer = effects::answer::kind;

void host_table::calls(session_number caller, const hosted_name& name, call_seq first,
                       std::span<const arrived_call> calls, effects& out) {
  const hosted_name which = RT_SIMBUG("epoch.not_checked") ? newest_of(name.actor) : name;
  hosted_actor* const here = find_living(which);
  if (here == nullptr) {
    RT_PROBE("hosted_calls.came_after_its_end");
    for (const arrived_call& each : calls) {
      out.answers.push_back({caller, which, each.name, answer::handed_back});
    }
    return;
  }
  caller_queue& queue = here->callers[caller];
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (queue.add(first + i, here->arrivals, calls[i])) ++here->arrivals;
  }
  look_for_more(which, out);
}

void host_table::ready(session_number caller, const hosted_name& which, const attempt_name& call,
                       effects& out) {
  hosted_actor* const here = find_living(which);
  if (here == nullptr) return;
  const auto of = here->callers.find(caller);
  if (of != here->callers.end() && of->second.ready(call)) look_for_more(which, out);
}

std::optional<placed_call> host_table::begin(const hosted_name& which) {
  hosted_actor* const here = find_living(which);
  if (here == nullptr) return {};
  const std::optional<session_number> caller = next_to_begin(*here);
  if (!caller) return {};
  const caller_queue::waiting_call next = here->callers.at(*caller).take();
  const placed_call begun{*caller, next.seq, next.what.name};
  here->running.push_back({begun});
  return begun;
}

void host_table::go_on(session_number caller, effects& out) {
  if (held_back_.erase(caller) == 0) return;
  for (const auto& [which, actor] : actors_) {
    if (actor.lives() && actor.callers.contains(caller) && next_to_begin(actor))
      out.to_begin.push_back(which);
  }
}

bool host_table::may_begin(const hosted_name& which) const {
  const auto here = actors_.find(which);
  return here != actors_.end() && here->second.lives() && next_to_begin(here->second);
}

std::optional<placed_call> host_table::ended(const hosted_name& which, session_number caller,
                                             const attempt_name& call, effects& out) {
  hosted_actor* const here = find(which);
  if (here == nullptr) return {};
  const auto found = std::find_if(
      here->running.begin(), here->running.end(),
      [&](const auto& each) { return each.what.caller == caller && each.what.call == call; });
  if (found == here->running.end()) return {};
  const running_call gone = *found;
  here->running.erase(found);
  if (here->lives()) {
    look_for_more(which, out);
  } else {
    free_if_done(which, out);
  }
  if (gone.silent) return {};
  return gone.what;
}

cancel_effect host_table::cancel(session_number caller, const hosted_name& which,
                                 const attempt_name& call, effects& out) {
  hosted_actor* const here = find_living(which);
  if (here == nullptr) return cancel_effect::not_here;
  const auto of = here->callers.find(caller);
  if (of != here->callers.end() && of->second.cancel(call)) {
    RT_PROBE("hosted_calls.cancelled_in_queue");
    out.answers.push_back({caller, which, call, answer::cancelled});
    look_for_more(which, out);
    return cancel_effect::never_starts;
  }
  for (const running_call& each : here->running) {
    if (each.silent || each.what.caller != caller || each.what.call != call) continue;
    RT_PROBE("hosted_calls.cancelled_in_its_midst");
    out.interruptions.push_back({which, caller, call});
    return cancel_effect::told;
  }
  return cancel_effect::not_here;
}

/// Answers what is here and not answered: the actor ends.
void host_table::answer_all(const hosted_name& which, hosted_actor& of, effects& out) {
  for (running_call& each : of.running) {
    if (each.silent) continue;
    RT_PROBE("hosted_calls.ended_in_its_midst");
    each.silent = true;
    const auto what = RT_SIMBUG("actor.begun_is_handed_back") ? answer::handed_back : answer::lost;
    out.answers.push_back({each.what.caller, which, each.what.call, what});
  }
  for (auto& [caller, queue] : of.callers) {
    for (const caller_queue::waiting_call& each : queue.cut()) {
      RT_PROBE("hosted_calls.ended_before_it_began");
      out.answers.push_back({caller, which, each.what.name, answer::handed_back});
    }
  }
  of.callers.clear();
}

void host_table::drop_caller(const hosted_name& which, hosted_actor& of, session_number caller,
                             effects& out) {
  of.callers.erase(caller);
  for (running_call& each : of.running) {
    if (each.silent || each.what.caller != caller) continue;
    each.silent = true;
    out.interruptions.push_back({which, caller, each.what.call});
  }
}

/// Says whose call begins next: of those that are first of their callers, and ready, the first to
/// have come.
std::optional<session_number> host_table::next_to_begin(const hosted_actor& of) const {
  if (of.is == state::building || of.running.size() >= of.options.calls_max) return {};
  std::optional<session_number> found;
  std::uint64_t arrival = 0;
  for (const auto& [caller, queue] : of.callers) {
    if (held_back_.contains(caller)) continue;
    const caller_queue::waiting_call* const first = queue.first_ready();
    if (first == nullptr || (found && first->arrival > arrival)) continue;
    found = caller;
    arrival = first->arrival;
  }
  return found;
}

hosted_name host_table::newest_of(const actor_id& actor) const {
  hosted_name found{actor, {}};
  for (auto each = actors_.lower_bound(found); each != actors_.end(); ++each) {
    if (each->first.actor != actor) break;
    found = each->first;
  }
  return found;
}

/// Has the next call begin, or a life end that was only to finish its calls.
void host_table::look_for_more(const hosted_name& which, effects& out) {
  hosted_actor& here = *find(which);
  if (next_to_begin(here)) {
    out.to_begin.push_back(which);
  } else if (here.is == state::finishing && here.running.empty() && !here.has_waiting()) {
    end(which, end_reason::finished, out);
  }
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::hosting
