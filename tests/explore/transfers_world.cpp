#include "explore/transfers_world.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "explore/transfers_names.hpp"

namespace explore::transfers {
namespace {

template <class Message>
constexpr bool is_request =
    std::is_same_v<Message, locate_request> || std::is_same_v<Message, copies_request> ||
    std::is_same_v<Message, pull_request> || std::is_same_v<Message, free_request>;

bool asks(const message& what) {
  return std::visit([](const auto& each) { return is_request<std::decay_t<decltype(each)>>; },
                    what);
}
ask_number& number_of(message& what) {
  return std::visit([](auto& each) -> ask_number& { return each.number; }, what);
}

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
      const bool both = members_[from].alive && members_[to].alive;
      if (left_.resets > 0 && from < to && both) possible.push_back({kind::reset, from, to});
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

void world::deliver(process from, process to, effects& out) {
  std::vector<letter>& waiting = channels_[between(from, to)];
  letter arriving = std::move(waiting.front());
  waiting.erase(waiting.begin());
  member& here = members_[to];
  ask_number& number = number_of(arriving.what);
  if (asks(arriving.what)) {
    const ask_number given{++here.newest_token};
    here.tokens[given] = {from, number};
    number = given;
  } else {
    here.outstanding.erase(number);
    const auto* reply = std::get_if<pull_reply>(&arriving.what);
    require(arriving.served == ask_number{} || !members_[from].alive ||
                members_[from].buffers.count(reply->from) != 0,
            "a piece is read from memory that is gone");
    arriving_ = &arriving.bytes;
  }
  here.book.take(name_of(from), arriving.what, here.now, out);
  for (const auto& each : out.written) write(to, each);
  out.written.clear();
  arriving_ = nullptr;
  if (arriving.served == ask_number{} || !members_[from].alive) return;
  effects after;
  members_[from].book.left(arriving.served, after);
  carry_out(from, after);
}

void world::write(process at, const effects::piece_written& piece) {
  const auto to = members_[at].buffers.find(piece.buffer);
  require(to != members_[at].buffers.end() && arriving_ != nullptr,
          "a piece is written to memory that is gone");
  if (!failure_.empty()) return;
  for (std::uint64_t i = piece.offset; i < piece.offset + piece.bytes; ++i) {
    require(i < to->second.size() && i < arriving_->size(), "a piece is larger than its object");
    if (!failure_.empty()) return;
    require(to->second[i] == 0, "a piece is brought twice");
    require((*arriving_)[i] != 0, "a piece is sent that is not there");
    to->second[i] = (*arriving_)[i];
  }
}

void world::drop_letters(process from, process to) {
  std::vector<letter> gone = std::move(channels_[between(from, to)]);
  channels_[between(from, to)].clear();
  for (const letter& each : gone) {
    if (each.served == ask_number{} || !members_[from].alive) continue;
    effects out;
    members_[from].book.left(each.served, out);
    carry_out(from, out);
  }
}

void world::lose_outstanding(process at, process to) {
  const std::map<ask_number, process> outstanding = members_[at].outstanding;
  for (const auto& [number, asked] : outstanding) {
    if (asked == to) members_[at].outstanding.erase(number);
  }
  for (const auto& [number, asked] : outstanding) {
    if (asked != to) continue;
    effects out;
    members_[at].book.unanswered(number, members_[at].now, out);
    carry_out(at, out);
  }
}

void world::end_session(process one, process other) {
  const auto forget = [&](process at, process from) {
    std::map<ask_number, token>& tokens = members_[at].tokens;
    for (auto each = tokens.begin(); each != tokens.end();) {
      each = each->second.from == from ? tokens.erase(each) : std::next(each);
    }
  };
  forget(one, other);
  forget(other, one);
  drop_letters(one, other);
  drop_letters(other, one);
  lose_outstanding(one, other);
  lose_outstanding(other, one);
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

void world::send(process from, process to, message what) {
  member& here = members_[from];
  letter leaving{std::move(what), {}, {}};
  if (asks(leaving.what)) {
    here.outstanding[number_of(leaving.what)] = to;
    if (!members_[to].alive) return;  // it stays unanswered until that is heard
  } else {
    const auto* reply = std::get_if<pull_reply>(&leaving.what);
    const bool piece = reply != nullptr && reply->what == pull_reply::answer::piece;
    if (piece) {
      leaving.served = reply->number;
      leaving.bytes = here.buffers[reply->from];
    }
    const auto answers = here.tokens.find(number_of(leaving.what));
    if (answers == here.tokens.end() || !members_[to].alive) {
      // Of a session that has ended.
      effects out;
      if (piece) here.book.left(leaving.served, out);
      carry_out(from, out);
      return;
    }
    number_of(leaving.what) = answers->second.number;
    here.tokens.erase(answers);
  }
  channels_[between(from, to)].push_back(std::move(leaving));
}

}  // namespace explore::transfers
