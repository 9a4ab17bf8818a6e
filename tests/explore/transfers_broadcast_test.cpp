#include <algorithm>
#include <deque>
#include <iostream>
#include <variant>
#include <vector>

#include "explore/transfers_names.hpp"
#include "support/catch.hpp"

// One object to many processes at once, in steps in each of which a process sends one piece; all
// else takes no time. So one copy after another takes as many steps as there are pieces in all of
// them.

using namespace explore::transfers;

namespace {

struct figures {
  unsigned steps = 0;
  unsigned sent_max = 0;  ///< pieces, by one process
};

class broadcast {
 public:
  broadcast(process receivers, unsigned pieces) {
    options limits;
    limits.chunk_bytes_max = 1;
    for (process each = 0; each <= receivers; ++each) members_.emplace_back(name_of(each), limits);
    effects out;
    members_[0].book.own(object);
    members_[0].book.keep(object, {pieces, 1}, 0, out);
    members_[0].book.fill_stored(object, {pieces, 1}, name_of(0), 0, out);
  }

  /// `apart` steps lie between the first words of two receivers.
  figures run(unsigned apart) {
    figures found;
    process next = 1;
    const auto begin = [&] {
      effects out;
      members_[next].book.want(object, wait_number{1}, 0, out);
      carry_out(next++, out);
    };
    while (next < members_.size() && apart == 0) begin();
    while (finished_ + 1 < members_.size()) {
      if (next < members_.size() && found.steps % apart == 0) begin();
      ++found.steps;
      std::vector<std::pair<process, on_the_way>> leaving;
      for (process each = 0; each < members_.size(); ++each) {
        member& here = members_[each];
        if (here.pieces.empty()) continue;
        leaving.emplace_back(each, here.pieces.front());
        here.pieces.pop_front();
        found.sent_max = std::max(found.sent_max, ++here.sent);
      }
      for (const auto& [from, piece] : leaving) {
        effects out;
        members_[from].book.left(piece.served, out);
        arrive(from, piece.to, piece.what);
      }
    }
    return found;
  }

 private:
  static constexpr object_id object{1, 1};
  struct on_the_way {
    process to;
    message what;
    ask_number served{};
  };
  struct asked {
    process from;
    ask_number number;
  };
  struct member {
    member(incarnation self, const options& limits) : book(self, limits) {}
    transfer_book book;
    std::deque<on_the_way> pieces;
    std::vector<asked> tokens;  ///< numbered from 1
    unsigned sent = 0;
  };

  void arrive(process from, process to, const message& what) {
    effects out;
    members_[to].book.take(name_of(from), what, 0, out);
    carry_out(to, out);
  }

  void carry_out(process at, const effects& out) {
    finished_ += out.ended.size();
    for (const effects::letter& each : out.letters) send(at, process_of(each.to), each.what);
  }

  void send(process from, process to, message what) {
    ask_number& number = std::visit([](auto& each) -> ask_number& { return each.number; }, what);
    if (what.index() % 2 == 0) {  // requests and their replies take turns in `message`
      members_[to].tokens.push_back({from, number});
      number = ask_number{members_[to].tokens.size()};
      return arrive(from, to, what);
    }
    const ask_number served = number;
    number = members_[from].tokens.at(static_cast<std::size_t>(served) - 1).number;
    const auto* reply = std::get_if<pull_reply>(&what);
    if (reply == nullptr || reply->what != pull_reply::answer::piece) return arrive(from, to, what);
    members_[from].pieces.push_back({to, what, served});
  }

  std::vector<member> members_;
  std::size_t finished_ = 0;
};

unsigned log2_of(process count) {
  unsigned log = 0;
  while ((process{1} << (log + 1)) <= count) ++log;
  return log;
}

}  // namespace

TEST_CASE(
    "transfers: a broadcast takes about log n steps, and nobody sends more than log n copies") {
  for (const unsigned pieces : {1U, 8U, 64U}) {
    for (const process receivers : {1U, 2U, 4U, 8U, 16U, 32U, 64U, 128U}) {
      for (const unsigned apart : {0U, 1U, pieces + 2}) {
        const figures found = broadcast(receivers, pieces).run(apart);
        CAPTURE(pieces, receivers, apart);
        CHECK(found.sent_max <= (log2_of(receivers) + 1) * pieces);
        if (apart != 0) continue;
        std::cout << "transfers: " << pieces << " pieces to " << receivers << ": " << found.steps
                  << " steps (one copy after another: " << receivers * pieces << "), at most "
                  << found.sent_max << " pieces sent by one\n";
        // Each level of the tree waits for two pieces at most, and then for every other one.
        CHECK(found.steps <= 2 * (pieces + log2_of(receivers)) + 1);
      }
    }
  }
}
