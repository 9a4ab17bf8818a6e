#include <algorithm>
#include <initializer_list>
#include <utility>

#include "explore/attempts_world.hpp"

namespace explore::attempts {

/// Writes a world down, with numbers of which only the order counts by rank, and times by how long
/// ago they were.
class world_key {
 public:
  explicit world_key(const world& what) : world_(what) {}

  std::vector<std::uint64_t> words() {
    const limits& left = world_.left_;
    for (const unsigned each : {left.locals, left.cancels, left.overtakes, left.breaks,
                                left.node_deaths, left.process_deaths, left.owner_deaths,
                                left.overlaps, left.late, left.spills, left.drains, left.ticks}) {
      word(each);
    }
    for (const world::owner_side& each : world_.owners_) write(each);
    for (const world::node_side& each : world_.nodes_) write(each);
    for (const world::link& each : world_.links_) write(each);
    for (const world::late_letter& each : world_.late_) {
      word(each.owner);
      write(each.session);
      write(each.what, world::node_of(each.session));
    }
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
  void number(std::uint64_t space, std::uint64_t value) {
    numbers_.push_back({space, value, words_.size()});
    word(0);
  }
  void write(std::initializer_list<bool> flags) {
    std::uint64_t bits = 0;
    for (const bool each : flags) bits = bits << 1U | static_cast<std::uint64_t>(each);
    word(bits);
  }
  /// Times longer ago than any that something waits for are one.
  void write_since(rt::instant since) {
    word(static_cast<std::uint64_t>(std::min<rt::instant>(world_.now_ - since, 3'000'000)));
  }
  void write(session_number session) {
    const unsigned owner = world::owner_of(session);
    const unsigned node = world::node_of(session);
    word(owner << 4U | node);
    number(1, static_cast<std::uint64_t>(session));
  }
  void write(session_number session, request_number request) {
    write(session);
    number(100 + world::owner_of(session) * 16 + world::node_of(session),
           static_cast<std::uint64_t>(request));
  }
  void write(unsigned node, slot_place place) {
    number(10 + node, static_cast<std::uint64_t>(place.lease));
    word(static_cast<std::uint64_t>(place.slot));
  }
  void write(const attempt_name& name) {
    word(static_cast<std::uint64_t>(name.task) << 32U | name.attempt);
  }
  void write(const sending::attempt& task) {
    write(task.name);
    word(static_cast<std::uint64_t>(task.retries_left) << 2U |
         static_cast<std::uint64_t>(task.may_have_run));
  }

  void write(const world::owner_side& here) {
    word(here.alive);
    word(here.submitted);
    if (!here.alive) return;
    for (const auto& queue : here.queues) {
      word(queue.size());
      for (const sending::attempt& each : queue) write(each);
    }
    for (const world::fact& each : here.facts) {
      write({each.queued, each.resolved, each.not_started});
      word(each.runs << 8U | each.counted);
      word(each.started);
      word(each.never_starts);
    }
    for (const sending::held_task& each : here.book.tasks()) {
      word(static_cast<std::uint64_t>(each.where));
      if (each.where == sending::held_task::state::none) continue;
      write(each.task);
      word(each.cancelling);
      word(static_cast<std::uint64_t>(each.seq));
    }
    for (const auto& [name, asked] : here.book.requests()) {
      write(name.first, name.second);
      word(static_cast<std::uint64_t>(asked.of) << 32U | asked.slots << 1U | asked.withdrawn);
      word(asked.carried.size());
      for (const owner_index each : asked.carried) word(static_cast<std::uint64_t>(each));
    }
    for (unsigned i = 0; i < here.queues.size(); ++i) {
      const auto& slots = here.book.of(sending::class_number{i}).slots;
      word(slots.size());
      for (const sending::held_index each : slots) write(here.book.slots().at(each));
    }
  }

  void write(const sending::held_slot& slot) {
    write(slot.session);
    write(world::node_of(slot.session), slot.place);
    write({slot.taking_back, slot.recalled, slot.first_lasts});
    word(static_cast<std::uint64_t>(slot.started));
    word(static_cast<std::uint64_t>(slot.pending.first_seq()));
    word(slot.pending.tasks().size());
    for (const owner_index each : slot.pending.tasks()) word(static_cast<std::uint64_t>(each));
    write_since(slot.since);
  }

  void write(const world::node_side& here) {
    const auto node = static_cast<unsigned>(&here - world_.nodes_.data());
    word(here.drains);
    for (const leases::waiting_request& each : here.table.waiting()) {
      write(each.from, each.number);
      word(each.slots_wanted << 8U | each.passed_over);
      word(each.carried.size());
      for (const leases::carried_task& task : each.carried) write(task.name);
    }
    for (const auto& [number, lease] : here.table.leases()) {
      write(lease.owner);
      for (const leases::leased_slot& each : lease.slots) {
        write(node, {number, each.number});
        word(static_cast<std::uint64_t>(each.where));
        write_since(each.since);
      }
    }
    for (const auto& [place, which] : here.slots.by_place()) {
      write(node, place);
      write(here.slots.owner(which));
      const serving::slot_queue& queue = here.slots.queue(which);
      word(static_cast<std::uint64_t>(queue.started()) << 32U | queue.waiting().size());
      for (const serving::waiting_attempt& each : queue.waiting()) {
        write(each.task);
        word(each.cancelled);
      }
      for (const serving::placed_attempt& each : queue.running()) {
        write(each.task);
        word(static_cast<std::uint64_t>(each.seq));
      }
      write({here.slots.closed(which), here.slots.silent(which), here.slots.has_marks(which)});
    }
    for (const serving::slot_table::tombstone& each : here.slots.tombstones()) {
      write(each.owner, each.request);
      write(each.task);
    }
    for (const leases::effects::question& each : here.questions) write(each.from, each.request);
  }

  void write(const world::link& both) {
    const auto at = static_cast<unsigned>(&both - world_.links_.data());
    const auto count = static_cast<unsigned>(world_.nodes_.size());
    const session_number session = world_.name_of(at / count, at % count);
    write(session);
    write({both.broken, both.owner_heard, both.node_heard});
    word(both.overtaken);
    write(session, both.cancelled);
    word(both.to_node.size());
    for (const node_letter& each : both.to_node) write(each, session);
    word(both.to_owner.size());
    for (const owner_letter& each : both.to_owner) write(each, at % count);
  }

  void write(const node_letter& each, session_number session) {
    write(session, each.number);
    word(each.what.index());
    const unsigned node = world::node_of(session);
    if (const auto* asked = std::get_if<leases::lease_request>(&each.what)) {
      word(asked->slots_wanted);
      for (const leases::carried_task& task : asked->carried) write(task.name);
      return;
    }
    const auto& told = std::get<sending::message>(each.what);
    word(told.index());
    if (const auto* push = std::get_if<sending::push>(&told)) {
      write(node, push->slot);
      word(static_cast<std::uint64_t>(push->first_seq));
      for (const attempt_name& task : push->tasks) write(task);
    } else if (const auto* back = std::get_if<sending::take_back>(&told)) {
      write(node, back->slot);
      word(static_cast<std::uint64_t>(back->first_seq));
    } else if (const auto* given = std::get_if<sending::give_back>(&told)) {
      write(node, given->slot);
    } else if (const auto* withdrawn = std::get_if<sending::withdraw>(&told)) {
      write(session, withdrawn->request);
    } else {
      write(std::get<sending::cancel>(told).task);
    }
  }

  void write(const owner_letter& each, unsigned node) {
    for (const serving::mark& mark : each.marks) write(mark, node);
    word(each.what.index());
    if (const auto* reply = std::get_if<leases::effects::reply>(&each.what)) {
      write(reply->to, reply->request);
      word(reply->answer.index());
      word(reply->handed_back.size());
      for (const owner_index task : reply->handed_back) word(static_cast<std::uint64_t>(task));
      if (const auto* granted = std::get_if<leases::granted>(&reply->answer)) {
        write(node, {granted->lease, slot_number{}});
        word(granted->slots.size());
      }
    } else if (const auto* recall = std::get_if<owner_letter::recall>(&each.what)) {
      write(node, recall->slot);
    } else if (const auto* answer = std::get_if<owner_letter::result>(&each.what)) {
      write(answer->task);
      word(static_cast<std::uint64_t>(answer->what));
    } else if (const auto* back = std::get_if<owner_letter::taken_back>(&each.what)) {
      write(node, back->slot);
      word(static_cast<std::uint64_t>(back->first));
    } else if (const auto* told = std::get_if<owner_letter::cancel_told>(&each.what)) {
      write(told->task);
      word(static_cast<std::uint64_t>(told->effect));
    } else {
      write(std::get<owner_letter::process_died>(each.what).last, node);
    }
  }
  void write(const serving::mark& mark, unsigned node) {
    write(node, mark.slot);
    word(static_cast<std::uint64_t>(mark.started));
  }

  void rank() {
    std::sort(numbers_.begin(), numbers_.end());
    std::uint64_t at = 0;
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
      const bool same_space = i != 0 && numbers_[i].space == numbers_[i - 1].space;
      if (!same_space) at = 0;
      if (!same_space || numbers_[i].number != numbers_[i - 1].number) ++at;
      words_[numbers_[i].place] = at;
    }
  }

  const world& world_;
  std::vector<std::uint64_t> words_;
  std::vector<numbered> numbers_;
};

std::vector<std::uint64_t> world::key() const { return world_key(*this).words(); }

}  // namespace explore::attempts
