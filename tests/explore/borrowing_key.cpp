#include <algorithm>
#include <utility>

#include "explore/borrowing_world.hpp"

namespace explore::borrowing {

/// Writes a world down, with numbers of which only the order counts by rank, so that worlds that
/// differ only in how often something happened before are one.
class world_key {
 public:
  explicit world_key(const world& what) : world_(what), count_(what.members_.size()) {}

  std::vector<std::uint64_t> words() {
    const limits& left = world_.left_;
    for (const unsigned each : {left.calls, left.puts, left.opens, left.deaths, left.repeats}) {
      word(each);
    }
    // Marks of what came last matter only while something may come twice.
    marks_ = left.repeats > 0 || !world_.repeated_.empty();
    for (process at = 0; at < count_; ++at) write(at, world_.members_[at]);
    for (std::size_t i = 0; i < world_.channels_.size(); ++i) {
      word(world_.channels_[i].size());
      for (const letter& each : world_.channels_[i]) write(i / count_, i % count_, each);
    }
    for (const auto& each : world_.repeated_) {
      word(each.from);
      word(each.to);
      write(each.from, each.to, each.what);
    }
    for (const auto& [outer, inner] : world_.contents_) {
      write(outer);
      write(inner);
    }
    word(world_.freed_.size());
    for (const object_id& each : world_.freed_) write(each);
    rank();
    return std::move(words_);
  }

 private:
  struct numbered {
    std::uint64_t space;
    std::uint64_t number;
    std::size_t place;

    friend auto operator<=>(const numbered&, const numbered&) = default;
  };

  void word(std::uint64_t value) { words_.push_back(value); }
  void write(const object_id& object) { word(object.incarnation << 32U | object.counter); }
  void write(const std::vector<object_id>& objects) {
    word(objects.size());
    for (const object_id& each : objects) write(each);
  }
  void write(const holds& counted) {
    word(counted.local << 24U | counted.contained << 16U | counted.handed << 8U | counted.opened);
  }
  void number(std::uint64_t space, std::uint64_t value) {
    if (value != 0) numbers_.push_back({space, value, words_.size()});
    word(0);
  }
  void write(process borrower, generation since) {
    number(borrower, static_cast<std::uint64_t>(since));
  }
  void write(process giver, handing_number which) {
    number(count_ + giver, static_cast<std::uint64_t>(which));
  }
  void write(process at, const cover& which) {
    const auto giver = static_cast<process>(which.giver) - 1;
    word(giver);
    number((giver == at ? 2 : 1) * count_ + giver, static_cast<std::uint64_t>(which.number));
  }

  void write(process from, process to, const letter& each) {
    word(static_cast<std::uint64_t>(each.what));
    write(from, each.handed.number);
    word(each.handed.objects.size());
    for (const handed_object& object : each.handed.objects) {
      write(object.object);
      word(static_cast<std::uint64_t>(object.why_lost));
    }
    word(each.told ? each.told->index() + 1 : 0);
    if (each.told) std::visit([&](const auto& told) { write(from, to, told); }, *each.told);
  }
  void write(process from, process to, const release_notice& told) {
    write(to, told.number);
    word(told.still_held.size());
    for (const held_object& each : told.still_held) {
      write(each.object);
      write(from, each.since);
    }
  }
  void write(process from, process, const add_request& asked) {
    write(asked.object);
    write(from, asked.since);
  }
  void write(process, process to, const add_reply& answered) {
    write(answered.object);
    write(to, answered.since);
    word(answered.known ? 1 : 0);
  }
  void write(process from, process, const remove_notice& told) {
    write(told.object);
    write(from, told.since);
  }

  template <class Member>
  void write(process at, const Member& here) {
    word(here.alive ? 1 : 0);
    if (!here.alive) return;
    word(here.local.size());
    for (const auto& [object, local] : here.local) {
      write(object);
      word(local);
    }
    word(here.tasks.size());
    for (const auto& each : here.tasks) {
      word(each.caller);
      write(each.caller, each.number);
    }
    for (process other = 0; other < count_; ++other) {
      word(here.entered_since_death.count(other) | here.buried.count(other) << 1U |
           here.book.dead().count(incarnation{other + 1}) << 2U);
    }
    write(at, here.book);
  }

  void write(process at, const reference_book& book) {
    word(book.owned().objects().size());
    for (const auto& [object, owned] : book.owned().objects()) {
      write(object);
      write(owned.here);
      word(owned.borrowers.size());
      for (const auto& [borrower, since] : owned.borrowers) write_of(borrower, since);
      write(owned.contents);
    }
    word(book.borrowed().objects().size());
    for (const auto& [object, borrowed] : book.borrowed().objects()) {
      write(object);
      write(borrowed.here);
      word(static_cast<std::uint64_t>(borrowed.state) << 8U |
           static_cast<std::uint64_t>(borrowed.why_lost));
      if (borrowed.state != borrowed_object::entry::none) write(at, borrowed.since);
      word(borrowed.covers.size());
      for (const cover& each : borrowed.covers) write(at, each);
    }
    word(book.given().handings().size());
    for (const auto& [which, given] : book.given().handings()) {
      write(at, which);
      word(static_cast<std::uint64_t>(given.to));
      write(given.objects);
    }
    word(book.taken().handings().size());
    for (const auto& [which, taken] : book.taken().handings()) {
      write(at, which);
      word(taken.objects_held << 1U | (taken.due ? 1U : 0U));
      write(taken.covered);
      write(taken.outer);
    }
    if (!marks_) return;
    for (const auto& [borrower, newest] : book.owned().entered_up_to()) write_of(borrower, newest);
    for (const auto& [giver, newest] : book.taken().handed_up_to()) write_of(giver, newest);
  }
  template <class Number>
  void write_of(incarnation whose, Number value) {
    const auto which = static_cast<process>(whose) - 1;
    word(which);
    write(which, value);
  }

  void rank() {
    std::sort(numbers_.begin(), numbers_.end());
    std::uint64_t at = 0;
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
      if (i == 0 || numbers_[i].space != numbers_[i - 1].space) {
        at = 1;
      } else if (numbers_[i].number != numbers_[i - 1].number) {
        ++at;
      }
      words_[numbers_[i].place] = at;
    }
  }

  const world& world_;
  process count_;
  bool marks_ = false;
  std::vector<std::uint64_t> words_;
  std::vector<numbered> numbers_;
};

std::vector<std::uint64_t> world::key() const { return world_key(*this).words(); }

}  // namespace explore::borrowing
