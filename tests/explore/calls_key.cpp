#include <algorithm>
#include <initializer_list>
#include <utility>

#include "explore/calls_world.hpp"

namespace explore::calls {

/// Writes a world down, with times by how long ago they were.
class world_key {
 public:
  explicit world_key(const world& what) : world_(what) {}

  std::vector<std::uint64_t> words() {
    const limits& left = world_.left_;
    for (const unsigned each : {left.unready, left.late_arguments, left.cancels, left.kills,
                                left.mild_kills, left.drops, left.exits, left.throws, left.refusals,
                                left.breaks, left.deaths, left.crashes, left.late, left.ticks}) {
      word(each);
    }
    for (const world::side& each : world_.sides_) write(each);
    for (const world::link& each : world_.links_) {
      write({each.broken, each.heard});
      word(each.letters.size());
      for (const letter& inside : each.letters) write(inside);
    }
    for (const world::late_letter& each : world_.late_) {
      word(each.from << 8U | each.to);
      write(each.what);
    }
    write(world_.registering_);
    write(world_.placing_);
    word(world_.places_.size());
    for (const auto& [at, lease] : world_.places_) word(std::uint64_t{at} << 32U | lease);
    word(world_.built_);
    return std::move(words_);
  }

 private:
  void word(std::uint64_t value) { words_.push_back(value); }
  template <class Number>
  void number(Number value) {
    word(static_cast<std::uint64_t>(value));
  }
  void write(std::initializer_list<bool> flags) {
    std::uint64_t bits = 0;
    for (const bool each : flags) bits = bits << 1U | static_cast<std::uint64_t>(each);
    word(bits);
  }
  void write(const std::optional<epoch_number>& which) {
    word(which ? static_cast<std::uint64_t>(*which) : 0);
  }
  void write(const std::optional<session_number>& which) {
    word(which ? static_cast<std::uint64_t>(*which) : 0);
  }
  void write(const attempt_name& name) {
    word(static_cast<std::uint64_t>(name.task) << 32U | name.attempt);
  }
  /// Times longer ago than any that something waits for are one.
  void write_since(rt::instant since) {
    word(static_cast<std::uint64_t>(std::min<rt::instant>(world_.now_ - since, 2'000'000)));
  }

  void write(const world::side& here) {
    write({here.alive, here.has_handle});
    word(here.allowed);
    for (const world::fact& each : here.facts) {
      write({each.ready, each.resolved, each.not_started, each.cancelled_at_host});
      word(each.runs);
      word(each.begun);
    }
    if (!here.alive) return;
    word(here.book.actors().size());
    for (const auto& [id, actor] : here.book.actors()) write(actor);
    word(here.table.actors().size());
    for (const auto& [life, actor] : here.table.actors()) {
      number(life.epoch);
      write(actor);
    }
    for (const auto& [id, actor] : here.owned.actors()) write(actor);
    for (const hosting::hosted_name& each : here.to_begin) number(each.epoch);
  }

  void write(const calling::called_actor& actor) {
    number(actor.view);
    number(actor.epoch);
    number(actor.at);
    write({actor.asked, actor.owner_died});
    write_since(actor.view == calling::actor_view::missed ? actor.missed_since : world_.now_);
    number(actor.calls.first_seq());
    number(actor.calls.send_from());
    word(actor.calls.calls().size());
    for (const calling::held_call& each : actor.calls.calls()) {
      write(each.made.name);
      word(static_cast<std::uint64_t>(each.made.retries_left) << 8U |
           static_cast<std::uint64_t>(each.where));
      write({each.made.ready, each.cancelling, each.may_have_run});
    }
  }

  void write(const hosting::hosted_actor& actor) {
    write(actor.owner);
    number(actor.is);
    write({actor.constructing, actor.finish_asked, actor.asked.has_value()});
    for (const auto& [caller, queue] : actor.callers) {
      number(caller);
      number(queue.newest());
      word(queue.waiting().size());
      for (const auto& each : queue.waiting()) {
        write(each.what.name);
        word(each.what.ready);
        number(each.seq);
        word(rank(actor, each.arrival));
      }
    }
    word(actor.running.size());
    for (const hosting::running_call& each : actor.running) {
      number(each.what.caller);
      write(each.what.call);
      word(each.silent);
    }
  }
  static std::uint64_t rank(const hosting::hosted_actor& actor, std::uint64_t arrival) {
    std::uint64_t before = 0;
    for (const auto& [caller, queue] : actor.callers) {
      for (const auto& each : queue.waiting()) before += each.arrival < arrival ? 1 : 0;
    }
    return before;
  }

  void write(const owning::owned_actor& actor) {
    number(actor.is);
    number(actor.epoch);
    number(actor.lived);
    number(actor.host);
    number(actor.place.lease);
    write({actor.restart_after, actor.after_calls, actor.has_handles});
    number(actor.why);
    word(actor.restarts);
    word(actor.questions.size());
    for (const auto& each : actor.questions) {
      number(each.from);
      number(each.not_epoch);
    }
    word(actor.interested.size());
    for (const session_number each : actor.interested) number(each);
  }

  void write(const letter& each) {
    number(each.what);
    number(each.epoch);
    word(each.detail);
    number(each.first);
    word(each.calls.size());
    for (const attempt_name& call : each.calls) write(call);
    number(each.how.what);
    number(each.how.epoch);
    number(each.how.at);
    number(each.how.why);
  }

  const world& world_;
  std::vector<std::uint64_t> words_;
};

std::vector<std::uint64_t> world::key() const { return world_key(*this).words(); }

}  // namespace explore::calls
