#include "explore/borrowing_world.hpp"

#include <algorithm>
#include <utility>

#include "explore/borrowing_names.hpp"

namespace explore::borrowing {

std::string describe(const action& step) {
  const std::string at = text_of(step.at);
  const std::string other = text_of(step.other);
  const std::string object =
      step.all ? "all it holds" : (step.object ? text_of(step.object) : "nothing");
  using kind = action::kind;
  switch (step.what) {
    case kind::drop: return at + " drops " + object;
    case kind::call: return at + " calls " + other + " with " + object;
    case kind::finish: return at + "'s task " + std::to_string(step.index) + " returns " + object;
    case kind::put: return at + " puts an object that refers to " + object;
    case kind::open: return at + " opens " + object;
    case kind::deliver: return "a letter from " + at + " reaches " + other;
    case kind::keep: return "a letter from " + at + " reaches " + other + ", and will again";
    case kind::repeat: return "letter " + std::to_string(step.index) + " arrives again";
    case kind::reset: return "the session from " + at + " to " + other + " is resumed";
    case kind::die: return at + " dies";
    case kind::hear: return at + " hears of " + other + "'s death";
    case kind::bury: return at + " buries " + other;
  }
  return {};
}

world::world(const limits& allowed) : left_(allowed) {
  for (process each = 0; each < allowed.processes; ++each) members_.emplace_back(name_of(each));
  channels_.resize(allowed.processes * allowed.processes);
  arrived_.resize(channels_.size());
  const object_id first{first_incarnation, 1};
  members_[0].book.own(first);
  members_[0].local[first] = 1;
}

std::vector<action> world::actions() const {
  std::vector<action> possible;
  using kind = action::kind;
  const process count = members_.size();
  for (process from = 0; from < count; ++from) {
    for (process to = 0; to < count; ++to) {
      const std::vector<letter>& waiting = channels_[between(from, to)];
      const bool both_alive = members_[from].alive && members_[to].alive;
      if (left_.resets > 0 && both_alive && !arrived_[between(from, to)].empty()) {
        possible.push_back({kind::reset, from, to, {}, 0, false});
      }
      if (waiting.empty()) continue;
      possible.push_back({kind::deliver, from, to, {}, 0, false});
      if (left_.repeats > 0 && waiting.front().carries_references())
        possible.push_back({kind::keep, from, to, {}, 0, false});
    }
  }
  for (std::size_t i = 0; i < repeated_.size(); ++i) {
    possible.push_back({kind::repeat, repeated_[i].from, repeated_[i].to, {}, i, false});
  }
  for (process at = 0; at < count; ++at) {
    const member& here = members_[at];
    if (!here.alive) continue;
    for (process other = 0; other < count; ++other) {
      if (other == at) continue;
      const bool heard = here.book.dead().count(name_of(other)) != 0;
      if (!members_[other].alive && !heard)
        possible.push_back({kind::hear, at, other, {}, 0, false});
      if (heard && here.buried.count(other) == 0 && all_entered()) {
        possible.push_back({kind::bury, at, other, {}, 0, false});
      }
      if (left_.calls == 0 || heard) continue;
      if (left_.empty_calls) possible.push_back({kind::call, at, other, {}, 0, false});
      for (const auto& [object, local] : here.local) {
        possible.push_back({kind::call, at, other, object, 0, false});
      }
      if (here.local.size() > 1) possible.push_back({kind::call, at, other, {}, 0, true});
    }
    for (const auto& [object, local] : here.local) {
      possible.push_back({kind::drop, at, 0, object, 0, false});
      if (left_.puts > 0) possible.push_back({kind::put, at, 0, object, 0, false});
      if (left_.opens > 0 && contents_.count(object) != 0 &&
          here.book.why_lost(object) == loss::none) {
        possible.push_back({kind::open, at, 0, object, 0, false});
      }
    }
    for (std::size_t i = 0; i < here.tasks.size(); ++i) {
      possible.push_back({kind::finish, at, 0, {}, i, false});
      if (!left_.results) continue;
      for (const auto& [object, local] : here.local) {
        possible.push_back({kind::finish, at, 0, object, i, false});
      }
      if (here.local.size() > 1) possible.push_back({kind::finish, at, 0, {}, i, true});
    }
    if (left_.puts > 0 && left_.plain_puts) {
      possible.push_back({kind::put, at, 0, {}, 0, false});
      possible.push_back({kind::put, at, 0, {}, 0, true});
    }
    if (left_.deaths > 0) possible.push_back({kind::die, at, 0, {}, 0, false});
  }
  return possible;
}

std::string world::apply(const action& step) {
  effects out;
  act(step, out);
  check();
  return failure_;
}

void world::act(const action& step, effects& out) {
  using kind = action::kind;
  member& here = members_[step.at];
  process acted = step.at;
  switch (step.what) {
    case kind::drop:
      if (--here.local[step.object] == 0) here.local.erase(step.object);
      here.book.drop(step.object, out);
      break;
    case kind::call: {
      --left_.calls;
      handing handed = here.book.hand(name_of(step.other), chosen(step));
      send(step.at, step.other, {letter::kind::request, {}, std::move(handed)});
      break;
    }
    case kind::finish: finish(step, out); break;
    case kind::put: put(step); break;
    case kind::open: {
      --left_.opens;
      const std::vector<object_id>& inner = contents_.at(step.object);
      for (const object_id& each : inner) ++here.local[each];
      here.book.open(step.object, inner, out);
      break;
    }
    case kind::deliver:
    case kind::keep:
      acted = step.other;
      deliver_next(step, out);
      break;
    case kind::reset: reset(step.at, step.other); break;
    case kind::repeat: {
      const repeated again = repeated_[step.index];
      repeated_.erase(repeated_.begin() + static_cast<std::ptrdiff_t>(step.index));
      acted = again.to;
      deliver(again.from, again.to, again.what, out);
      break;
    }
    case kind::die: die(step.at); return;
    case kind::hear: hear(step, out); break;
    case kind::bury:
      here.book.buried(name_of(step.other), out);
      here.buried.insert(step.other);
      break;
  }
  carry_out(acted, out);
}

std::vector<object_id> world::chosen(const action& step) const {
  std::vector<object_id> objects;
  if (step.object) objects.push_back(step.object);
  if (!step.all) return objects;
  for (const auto& [object, local] : members_[step.at].local) objects.push_back(object);
  return objects;
}

void world::finish(const action& step, effects& out) {
  member& here = members_[step.at];
  const task ended = here.tasks[step.index];
  here.tasks.erase(here.tasks.begin() + static_cast<std::ptrdiff_t>(step.index));
  letter reply{letter::kind::reply, {}, {}};
  // The result is handed before the arguments are released, so that it counts as still held.
  reply.handed = here.book.hand(name_of(ended.caller), chosen(step));
  here.book.finish(name_of(ended.caller), ended.number, out);
  if (!out.letters.empty() && std::holds_alternative<release_notice>(out.letters.front().what) &&
      std::get<release_notice>(out.letters.front().what).number == ended.number) {
    reply.told = std::move(out.letters.front().what);
    out.letters.erase(out.letters.begin());
  }
  send(step.at, ended.caller, std::move(reply));
}

void world::hear(const action& step, effects& out) {
  member& here = members_[step.at];
  here.book.died(name_of(step.other), out);
  // Who called is gone, so nobody waits for the task.
  here.tasks.erase(std::remove_if(here.tasks.begin(), here.tasks.end(),
                                  [&](const task& each) { return each.caller == step.other; }),
                   here.tasks.end());
  channels_[between(step.other, step.at)].clear();
  arrived_[between(step.other, step.at)].clear();
  repeated_.erase(std::remove_if(repeated_.begin(), repeated_.end(),
                                 [&](const repeated& each) {
                                   return each.from == step.other && each.to == step.at;
                                 }),
                  repeated_.end());
  if (left_.buried_after_all) return;
  here.book.buried(name_of(step.other), out);
  here.buried.insert(step.other);
}

void world::put(const action& step) {
  member& here = members_[step.at];
  const object_id made{first_incarnation + step.at, 10 + left_.puts--};
  const std::vector<object_id> contents = chosen(step);
  here.book.own(made);
  here.book.fill(made, contents);
  here.local[made] = 1;
  if (!contents.empty()) contents_[made] = contents;
}

void world::deliver_next(const action& step, effects& out) {
  const std::size_t which = between(step.at, step.other);
  const letter arriving = std::move(channels_[which].front());
  channels_[which].erase(channels_[which].begin());
  if (step.what == action::kind::keep) {
    --left_.repeats;
    repeated_.push_back({step.at, step.other, arriving});
  }
  if (left_.resets > 0) {
    constexpr std::size_t arrived_max = 3;
    if (arrived_[which].size() == arrived_max) arrived_[which].erase(arrived_[which].begin());
    arrived_[which].push_back(arriving);
  }
  deliver(step.at, step.other, arriving, out);
}

void world::reset(process from, process to) {
  --left_.resets;
  const std::size_t which = between(from, to);
  channels_[which].insert(channels_[which].begin(), arrived_[which].begin(), arrived_[which].end());
  arrived_[which].clear();
}

void world::deliver(process from, process to, const letter& arrived, effects& out) {
  member& here = members_[to];
  if (arrived.told) here.book.take(name_of(from), *arrived.told, out);
  if (arrived.what == letter::kind::plain) return;
  if (!here.book.receive(name_of(from), arrived.handed, out)) return;
  count_local(here, arrived.handed);
  if (arrived.what == letter::kind::request) {
    here.tasks.push_back({from, arrived.handed.number});
  } else {
    here.book.finish(name_of(from), arrived.handed.number, out);
  }
}

void world::count_local(member& at, const handing& handed) {
  for (const handed_object& each : handed.objects) ++at.local[each.object];
}

void world::die(process at) {
  --left_.deaths;
  somebody_died_ = true;
  member gone(name_of(at));
  gone.alive = false;
  members_[at] = std::move(gone);
  for (process from = 0; from < members_.size(); ++from) channels_[between(from, at)].clear();
  repeated_.erase(std::remove_if(repeated_.begin(), repeated_.end(),
                                 [&](const repeated& each) { return each.to == at; }),
                  repeated_.end());
}

void world::send(process from, process to, letter what) {
  if (members_[to].alive) channels_[between(from, to)].push_back(std::move(what));
}

void world::carry_out(process at, effects& out) {
  for (auto& each : out.letters) {
    require(members_[at].book.dead().count(each.to) == 0, "a letter is sent to the dead");
    send(at, process_of(each.to), {letter::kind::plain, std::move(each.what), {}});
  }
  for (const object_id& object : out.freed) {
    require(freed_.insert(object).second, text_of(object) + " is freed twice");
  }
  out = {};
}

bool world::all_entered() const {
  for (const member& each : members_) {
    if (!each.alive) continue;
    for (process other = 0; other < members_.size(); ++other) {
      if (!members_[other].alive && each.entered_since_death.count(other) == 0) return false;
    }
  }
  return true;
}

std::size_t world::letters_on_the_way() const {
  std::size_t count = repeated_.size();
  for (const auto& each : channels_) count += each.size();
  return count;
}

void world::calm() {
  left_.calls = left_.puts = left_.opens = 0;
  left_.deaths = left_.repeats = left_.resets = 0;
}

bool world::empty() const {
  return std::all_of(members_.begin(), members_.end(), [](const member& each) {
    return each.book.owned().objects().empty() && each.book.borrowed().objects().empty() &&
           each.book.given().handings().empty() && each.book.taken().handings().empty();
  });
}

bool world::quiet() const {
  if (letters_on_the_way() != 0) return false;
  for (const member& each : members_) {
    if (!each.alive) continue;
    for (process other = 0; other < members_.size(); ++other) {
      if (!members_[other].alive && each.buried.count(other) == 0) return false;
    }
  }
  return true;
}

}  // namespace explore::borrowing
