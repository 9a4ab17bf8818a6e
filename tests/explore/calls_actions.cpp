#include "explore/calls_world.hpp"

// What may happen next.
namespace explore::calls {

using kind = action::kind;

std::vector<action> world::actions() const {
  std::vector<action> possible;
  for (process at = 0; at < sides_.size(); ++at) {
    if (sides_[at].alive) side_actions(at, possible);
    for (process other = 0; other < sides_.size(); ++other) {
      if (other == at) continue;
      const link& from = way(other, at);
      if (!from.letters.empty()) possible.push_back({kind::deliver, at, other, {}, 0});
      if (from.broken && !from.heard) possible.push_back({kind::hear, at, other, {}, 0});
      const bool whole = !from.broken && !way(at, other).broken;
      if (left_.breaks > 0 && whole && at < other) {
        possible.push_back({kind::break_off, at, other, {}, 0});
      }
    }
  }
  if (sides_[0].alive) owner_actions(possible);
  for (unsigned i = 0; i < late_.size(); ++i) possible.push_back({kind::late, 0, 0, {}, i});
  if (left_.ticks > 0) possible.push_back({kind::tick, 0, 0, {}, 0});
  return possible;
}

void world::side_actions(process at, std::vector<action>& possible) const {
  const side& here = sides_[at];
  const auto add = [&](kind what, unsigned index = 0) {
    possible.push_back({what, at, 0, {}, index});
  };
  bool all_resolved = here.facts.size() == here.allowed;
  if (!all_resolved) {
    add(kind::submit);
    if (left_.unready > 0) add(kind::submit, 1);
  }
  for (unsigned call = 0; call < here.facts.size(); ++call) {
    const fact& of = here.facts[call];
    all_resolved &= of.resolved;
    if (of.resolved) continue;
    if (!of.ready) add(kind::ready, call);
    if (left_.cancels > 0) add(kind::cancel, call);
  }
  if (here.has_handle) {
    if (left_.kills > 0) add(kind::kill);
    if (left_.mild_kills > 0) add(kind::kill, 1);
    if (left_.drops > 0 || all_resolved) add(kind::drop);
  }
  if (here.book.next_look() <= now_) add(kind::look);
  if (left_.deaths > 0) add(kind::die);
  host_actions(at, possible);
}

void world::host_actions(process at, std::vector<action>& possible) const {
  const side& here = sides_[at];
  for (const auto& [life, actor] : here.table.actors()) {
    const auto add = [&, epoch = life.epoch](kind what, unsigned index = 0, process other = 0) {
      possible.push_back({what, at, other, epoch, index});
    };
    if (actor.constructing) {
      add(kind::built);
      if (left_.throws > 0) add(kind::built, 1);
    }
    if (here.to_begin.count(life) != 0) add(kind::begin);
    for (unsigned i = 0; i < actor.running.size(); ++i) {
      add(kind::end, i);
      if (left_.exits > 0 && actor.lives()) add(kind::exit, i);
    }
    for (const auto& [caller, queue] : actor.callers) {
      for (const auto& each : queue.waiting()) {
        if (each.what.ready) continue;
        add(kind::arguments, static_cast<unsigned>(each.what.name.task), behind(caller));
      }
    }
    if (left_.crashes > 0) add(kind::crash);
  }
}

void world::owner_actions(std::vector<action>& possible) const {
  if (registering_) {
    possible.push_back({kind::head_answers, 0, 0, {}, 0});
    if (left_.refusals > 0) possible.push_back({kind::head_answers, 0, 0, {}, 1});
  }
  if (placing_) {
    bool found = false;
    for (const process each : left_.hosts) {
      if (each != 0 && way(each, 0).heard) continue;
      possible.push_back({kind::place, each, 0, {}, 0});
      found = true;
    }
    if (left_.refusals > 0 || !found) possible.push_back({kind::refuse, 0, 0, {}, 0});
  }
  const auto owned = sides_[0].owned.actors().find(actor_);
  if (owned == sides_[0].owned.actors().end() || !owned->second.has_handles) return;
  for (process each = 0; each < sides_.size(); ++each) {
    if (needs_handle(each)) return;
  }
  possible.push_back({kind::no_handles, 0, 0, {}, 0});
}

/// Whether the owner takes a process to have a handle. Each call has one, until it resolves.
bool world::needs_handle(process which) const {
  const side& there = sides_[which];
  if (which != 0 && way(which, 0).heard) return false;
  return !there.alive || there.has_handle || there.book.pending(actor_) != 0;
}

}  // namespace explore::calls
