#include <algorithm>
#include <utility>
#include <variant>

#include "explore/transfers_names.hpp"
#include "explore/transfers_world.hpp"

// What becomes of letters: they are sent and answered, they arrive, or their session ends with them.
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

}  // namespace

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

}  // namespace explore::transfers
