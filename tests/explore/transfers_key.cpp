#include <algorithm>
#include <utility>
#include <variant>

#include "explore/transfers_world.hpp"

namespace explore::transfers {

/// Writes a world down, with numbers of which only the order counts by rank, and times as what is
/// left, so that worlds that differ only in how often something happened before are one.
class world_key {
 public:
  explicit world_key(const world& what) : world_(what) {}

  std::vector<std::uint64_t> words() {
    const limits& left = world_.left_;
    for (const unsigned each :
         {left.deaths, left.frees, left.drops, left.unwants, left.resets, left.remakes}) {
      word(each);
    }
    word(world_.version_);
    word((world_.freed_ ? 1U : 0U) | (world_.undecided_ ? 2U : 0U));
    for (const process each : world_.want_still_) word(each + 1);
    for (process at = 0; at < world_.members_.size(); ++at) write(at, world_.members_[at]);
    for (std::size_t i = 0; i < world_.channels_.size(); ++i) {
      const process from = i / world_.members_.size();
      const process to = i % world_.members_.size();
      word(world_.channels_[i].size());
      for (const auto& each : world_.channels_[i]) {
        word(each.what.index());
        std::visit([&](const auto& what) { write(from, to, what); }, each.what);
        number(from, space::given, each.served);
        for (const auto byte : each.bytes) word(byte);
      }
    }
    rank();
    return std::move(words_);
  }

 private:
  /// Kinds of numbers, each counted by each process.
  enum class space : std::uint64_t { asked, given, buffer, since, pulls };
  struct numbered {
    process whose;
    space kind;
    std::uint64_t number;
    std::size_t place;

    friend auto operator<=>(const numbered&, const numbered&) = default;
  };

  void word(std::uint64_t value) { words_.push_back(value); }
  template <class Number>
  void number(process whose, space kind, Number value) {
    const auto plain = static_cast<std::uint64_t>(value);
    if (plain != 0) numbers_.push_back({whose, kind, plain, words_.size()});
    word(0);
  }
  void write(const content& of) { word(of.bytes << 32U | of.checksum); }
  template <class Processes>
  void write_all(const Processes& all) {
    word(all.size());
    for (const incarnation each : all) word(static_cast<std::uint64_t>(each));
  }

  void write(process from, process, const locate_request& what) {
    number(from, space::asked, what.number);
    write_all(what.failed);
    word(what.expects_pieces ? 1 : 0);
  }
  void write(process, process to, const locate_reply& what) {
    number(to, space::asked, what.number);
    word(static_cast<std::uint64_t>(what.what) << 8U | static_cast<std::uint64_t>(what.why));
    write(what.of);
    write_all(what.sources);
  }
  void write(process from, process, const copies_request& what) {
    number(from, space::asked, what.number);
    number(from, space::since, what.since);
    word(what.held ? 1 : 0);
    write(what.of);
  }
  void write(process, process to, const copies_reply& what) {
    number(to, space::asked, what.number);
  }
  void write(process from, process, const pull_request& what) {
    number(from, space::asked, what.number);
    word(what.offset << 32U | what.bytes_max);
  }
  void write(process from, process to, const pull_reply& what) {
    number(to, space::asked, what.number);
    number(from, space::buffer, what.from);
    word(static_cast<std::uint64_t>(what.what) << 32U | what.offset << 16U | what.bytes);
    write(what.of);
    write_all(what.others);
  }
  void write(process from, process, const free_request& what) {
    number(from, space::asked, what.number);
  }
  void write(process, process to, const free_reply& what) { number(to, space::asked, what.number); }

  template <class Member>
  void write(process at, const Member& here) {
    word(here.alive ? 1 : 0);
    if (!here.alive) return;
    word(here.waits.size());
    word(here.heard.size());
    for (const process each : here.heard) word(each);
    for (const auto& [which, bytes] : here.buffers) {
      number(at, space::buffer, which);
      for (const auto byte : bytes) word(byte);
    }
    for (const auto& [which, of] : here.tokens) {
      number(at, space::given, which);
      word(of.from);
      number(of.from, space::asked, of.number);
    }
    for (const auto& [which, to] : here.outstanding) {
      number(at, space::asked, which);
      word(to);
    }
    if (at == 0) write_owner(here.book.owner());
    write_holder(at, here.book);
    write_pulls(at, here.book.pulling(), here.now);
  }

  void write_owner(const copy_book& book) {
    for (const auto& [object, record] : book.records()) {
      word(static_cast<std::uint64_t>(record.what) << 8U | static_cast<std::uint64_t>(record.why));
      write(record.of);
      word(record.copies.size());
      for (const auto& each : record.copies) {
        word(static_cast<std::uint64_t>(each.holder));
        write(each.of);
      }
      write_all(record.joined);
      for (const auto& [one, by] : record.fed_by) {
        word(static_cast<std::uint64_t>(one) << 8U | static_cast<std::uint64_t>(by));
      }
      word(record.waits.size());
      for (const auto& each : record.waits) {
        word(static_cast<std::uint64_t>(each.from));
        number(0, space::given, each.number);
        write_all(each.failed);
        word(each.expects_pieces ? 1 : 0);
      }
    }
    for (const auto& [which, told] : book.freeing()) {
      number(0, space::asked, which);
      word(static_cast<std::uint64_t>(told.holder));
    }
    for (const auto& [teller, newest] : book.heard_up_to()) {
      number(static_cast<process>(teller) - 1, space::since, newest);
    }
  }

  void write_holder(process at, const transfer_book& book) {
    for (const auto& [which, object] : book.teller().telling()) number(at, space::asked, which);
    for (const auto& [object, copy] : book.held().copies()) {
      number(at, space::buffer, copy.buffer);
      write(copy.of);
      word(copy.complete ? 1 : 0);
      for (const auto& [begin, end] : copy.here.ranges()) word(begin << 32U | end);
      write_all(copy.served_to);
    }
    for (const auto& [buffer, pins] : book.held().pins()) {
      number(at, space::buffer, buffer);
      word(pins);
    }
    for (const auto& [buffer, object] : book.held().parting()) number(at, space::buffer, buffer);
    for (const auto& [which, early] : book.serving().waiting()) {
      number(at, space::given, which);
      word(static_cast<std::uint64_t>(early.from));
      word(early.asked.offset);
    }
    for (const auto& [which, buffer] : book.serving().leaving()) {
      number(at, space::given, which);
      number(at, space::buffer, buffer);
    }
  }

  void write_pulls(process at, const puller& from, rt::instant now) {
    for (const auto& [which, asked] : from.asks()) {
      number(at, space::asked, which);
      word(static_cast<std::uint64_t>(asked.to));
      word(asked.offset << 1U | (asked.left_behind ? 1U : 0U));
    }
    for (const auto& [which, object] : from.locates()) number(at, space::asked, which);
    word(from.budget_used());
    for (const auto& [object, of] : from.all()) {
      number(at, space::pulls, of.arrived);
      number(at, space::asked, of.locating);
      word(of.expects_pieces ? 1 : 0);
      write_all(of.sources);
      write_all(of.failed);
      word(static_cast<std::uint64_t>(of.source));
      for (const ask_number each : of.asks) number(at, space::asked, each);
      word(of.again_at == rt::never ? 0 : 1 + static_cast<std::uint64_t>(of.again_at - now));
      word(of.due_at == rt::never ? 0 : 1 + static_cast<std::uint64_t>(of.due_at - now));
      word(of.asks.empty() ? 0 : 1 + static_cast<std::uint64_t>(now - of.heard_at));
    }
  }

  void rank() {
    std::sort(numbers_.begin(), numbers_.end());
    std::uint64_t at = 0;
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
      const bool first = i == 0 || numbers_[i].whose != numbers_[i - 1].whose ||
                         numbers_[i].kind != numbers_[i - 1].kind;
      if (first) {
        at = 1;
      } else if (numbers_[i].number != numbers_[i - 1].number) {
        ++at;
      }
      words_[numbers_[i].place] = at;
    }
  }

  const world& world_;
  std::vector<std::uint64_t> words_;
  std::vector<numbered> numbers_;
};

std::vector<std::uint64_t> world::key() const { return world_key(*this).words(); }

}  // namespace explore::transfers
