#include "explore/transfers_world.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "explore/transfers_names.hpp"

namespace explore::transfers {
namespace {

options options_of(const limits& allowed) {
  options made;
  made.chunk_bytes_max = 1;
  made.window = allowed.window;
  made.budget_bytes = allowed.budget_chunks;
  made.served_max = allowed.served_max;
  made.fed_max = allowed.fed_max;
  // All alike, so that all that is due at a process is due at once.
  made.slow_after = made.slow_after_max = 10;
  made.asked_again_after = made.asked_again_after_max = 10;
  return made;
}

}  // namespace

std::string describe(const action& step) {
  const std::string at = text_of(step.at);
  const std::string other = text_of(step.other);
  using kind = action::kind;
  switch (step.what) {
    case kind::want: return at + " wants the object";
    case kind::unwant: return at + " wants it no more";
    case kind::deliver: return "a letter from " + at + " reaches " + other;
    case kind::reset: return "the session of " + at + " and " + other + " ends";
    case kind::lose: return at + " loses its session with the dead " + other;
    case kind::tick: return "time passes at " + at;
    case kind::drop: return at + " gives its copy up";
    case kind::free: return at + " frees the object";
    case kind::remake: return "the object is made again at " + at;
    case kind::die: return at + " dies";
    case kind::hear: return at + " hears of " + other + "'s death";
  }
  return {};
}

bool calm(const action& step) {
  using kind = action::kind;
  return step.what == kind::deliver || step.what == kind::lose || step.what == kind::tick ||
         step.what == kind::hear || step.what == kind::remake;
}

world::world(const limits& allowed)
    : left_(allowed), want_still_(allowed.wanters.begin(), allowed.wanters.end()) {
  for (process each = 0; each < allowed.processes; ++each) {
    members_.emplace_back(name_of(each), options_of(allowed));
  }
  channels_.resize(allowed.processes * allowed.processes);
  members_[0].book.own(object_);
  for (const process each : allowed.holders) {
    effects out;
    fill(each, out);
    carry_out(each, out);
    // The first is what the result of its task says.
    if (each != allowed.holders.front()) continue;
    members_[0].book.fill_stored(object_, made(), name_of(each), members_[0].now, out);
    carry_out(0, out);
  }
  // It begins when the owner knows of all of them.
  std::vector<action> possible = actions();
  while (!possible.empty() && possible.front().what == action::kind::deliver) {
    apply(possible.front());
    possible = actions();
  }
}

/// Has a process make the object.
void world::fill(process at, effects& out) {
  member& here = members_[at];
  const buffer_number buffer = here.book.keep(object_, made(), here.now, out);
  std::vector<byte>& bytes = here.buffers[buffer];
  for (unsigned i = 0; i < left_.chunks; ++i) {
    bytes.push_back(static_cast<byte>(version_ * 100 + i));
  }
}

std::vector<action> world::actions() const {
  std::vector<action> possible;
  using kind = action::kind;
  const process count = members_.size();
  for (process from = 0; from < count; ++from) {
    for (process to = 0; to < count; ++to) {
      if (!channels_[between(from, to)].empty()) possible.push_back({kind::deliver, from, to});
    }
  }
  for (process at = 0; at < count; ++at) {
    const member& here = members_[at];
    if (!here.alive) continue;
    if (want_still_.count(at) != 0) possible.push_back({kind::want, at});
    if (left_.unwants > 0 && !here.waits.empty()) possible.push_back({kind::unwant, at});
    if (here.book.due() != rt::never) possible.push_back({kind::tick, at});
    if (left_.drops > 0 && has_whole_copy(at)) possible.push_back({kind::drop, at});
    if (left_.frees > 0 && at == 0) possible.push_back({kind::free, at});
    if (undecided_ && members_[0].alive) possible.push_back({kind::remake, at});
    if (left_.deaths > 0) possible.push_back({kind::die, at});
    for (process other = 0; other < count; ++other) {
      const bool both = members_[other].alive && other > at;
      if (left_.resets > 0 && both) possible.push_back({kind::reset, at, other});
      if (members_[other].alive || here.heard.count(other) != 0) continue;
      possible.push_back({kind::hear, at, other});
      const bool asked = std::any_of(here.outstanding.begin(), here.outstanding.end(),
                                     [&](const auto& each) { return each.second == other; });
      if (asked) possible.push_back({kind::lose, at, other});
    }
  }
  return possible;
}

std::string world::apply(const action& step) {
  effects out;
  member& here = members_[step.at];
  process acted = step.at;
  using kind = action::kind;
  switch (step.what) {
    case kind::want: {
      want_still_.erase(step.at);
      const wait_number wait{1};
      here.waits.insert(wait);
      here.book.want(object_, wait, here.now, out);
      break;
    }
    case kind::unwant:
      --left_.unwants;
      here.waits.clear();
      here.book.unwant(object_, wait_number{1}, here.now, out);
      break;
    case kind::deliver:
      acted = step.other;
      deliver(step.at, step.other, out);
      break;
    case kind::reset:
      --left_.resets;
      end_session(step.at, step.other);
      break;
    case kind::lose: lose_outstanding(step.at, step.other); break;
    case kind::tick:
      here.now = std::max(here.now, here.book.due());
      here.book.tick(here.now, out);
      break;
    case kind::drop:
      --left_.drops;
      here.book.drop(object_, here.now, out);
      break;
    case kind::free:
      --left_.frees;
      freed_ = true;
      undecided_ = false;
      here.book.free(object_, here.now, out);
      break;
    case kind::remake:
      undecided_ = false;
      ++version_;
      fill(step.at, out);
      carry_out(step.at, out);
      acted = 0;
      members_[0].book.fill_stored(object_, made(), name_of(step.at), members_[0].now, out);
      break;
    case kind::die: die(step.at); break;
    case kind::hear: hear(step.at, step.other, out); break;
  }
  carry_out(acted, out);
  check();
  return failure_;
}

void world::die(process at) {
  --left_.deaths;
  for (process from = 0; from < members_.size(); ++from) drop_letters(from, at);
  member& gone = members_[at];
  gone.alive = false;
  gone.book = transfer_book(name_of(at));
  gone.buffers.clear();
  gone.waits.clear();
  gone.tokens.clear();
  gone.outstanding.clear();
  gone.heard.clear();
  want_still_.erase(at);
  if (at == 0) undecided_ = false;
}

void world::hear(process at, process dead, effects& out) {
  member& here = members_[at];
  here.heard.insert(dead);
  channels_[between(dead, at)].clear();
  for (auto each = here.tokens.begin(); each != here.tokens.end();) {
    each = each->second.from == dead ? here.tokens.erase(each) : std::next(each);
  }
  for (auto each = here.outstanding.begin(); each != here.outstanding.end();) {
    each = each->second == dead ? here.outstanding.erase(each) : std::next(each);
  }
  here.book.died(name_of(dead), here.now, out);
}

void world::carry_out(process at, effects& out) {
  member& here = members_[at];
  const effects todo = std::move(out);
  out = {};
  for (const auto& each : todo.made) {
    std::vector<byte>& bytes = here.buffers[each.buffer];
    if (bytes.empty()) bytes.resize(each.bytes);
  }
  for (const auto& each : todo.written) write(at, each);
  for (const auto& each : todo.letters) {
    const auto* told = std::get_if<copies_request>(&each.what);
    require(told == nullptr || !told->held || has_whole_copy(at),
            text_of(at) + " tells of a copy that it does not have");
    require(here.heard.count(process_of(each.to)) == 0, "a letter is sent to the dead");
    send(at, process_of(each.to), each.what);
  }
  for (const auto& each : todo.ended) {
    require(here.waits.erase(each.wait) == 1, "a wait ends twice");
    if (each.how == wait_end::here) {
      const auto buffer = here.buffers.find(each.buffer);
      require(buffer != here.buffers.end() && whole(buffer->second),
              text_of(at) + " is given an object that is not whole");
    } else {
      require(each.how == wait_end::lost, "a wait ends in a way that there is no reason for");
      if (each.why == loss::owner_died) {
        require(here.heard.count(0) != 0, "the owner is said to be dead, and is not");
      } else if (each.why == loss::freed) {
        require(freed_, "the object is said to be freed, and is not");
      }
    }
  }
  for (const buffer_number each : todo.dropped) {
    require(here.buffers.erase(each) == 1, "memory is dropped twice");
  }
  for (const object_id& each : todo.rebuild) {
    for (process other = 0; other < members_.size(); ++other) {
      require(!members_[other].alive || !has_whole_copy(other),
              "the object is given up while " + text_of(other) + " has a copy");
    }
    if (left_.remakes > 0) {
      --left_.remakes;
      undecided_ = true;
      here.book.rebuilding(each);
    } else {
      here.book.cannot_rebuild(each, loss::was_put, here.now, out);
      carry_out(at, out);
    }
  }
}

}  // namespace explore::transfers
