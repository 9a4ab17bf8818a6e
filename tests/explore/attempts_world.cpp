#include "explore/attempts_world.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace explore::attempts {
namespace {

using kind = action::kind;

constexpr rt::instant millisecond = 1'000'000;

leases::lease_table table_of(const limits& allowed) {
  leases::lease_options options;
  options.carried_max = 2;
  options.hold_for = std::chrono::milliseconds(1);
  options.recall_for = std::chrono::milliseconds(2);
  return {{{"cpu", allowed.cpus}}, options};
}

}  // namespace

std::string describe(const action& step) {
  const std::string owner = "owner " + std::to_string(step.owner);
  const std::string node = "node " + std::to_string(step.node);
  const std::string both = owner + " and " + node;
  const std::string index = std::to_string(step.index);
  const std::string slot = "slot " + std::to_string(static_cast<std::uint64_t>(step.place.lease)) +
                           "." + std::to_string(static_cast<std::uint32_t>(step.place.slot)) +
                           " of " + node;
  const std::string seq = std::to_string(static_cast<std::uint64_t>(step.seq));
  switch (step.what) {
    case kind::submit: return owner + " submits a task";
    case kind::run_here: return owner + " runs a task of class " + index + " itself";
    case kind::ask: return owner + " asks " + node + " for slots of class " + index;
    case kind::to_node: return "a letter from " + owner + " reaches " + node;
    case kind::to_owner: return "a letter from " + node + " reaches " + owner;
    case kind::overtake: return "a cancel of " + owner + " reaches " + node + " early";
    case kind::start: return "a task starts in " + slot;
    case kind::end: return "task " + seq + " of " + slot + " ends";
    case kind::owner_looks: return owner + " looks";
    case kind::node_looks: return node + " looks";
    case kind::tick: return "a millisecond passes";
    case kind::cancel: return owner + " cancels task " + index;
    case kind::break_off: return "the session of " + both + " ends";
    case kind::owner_hears: return owner + " hears that its session with " + node + " has ended";
    case kind::node_hears: return node + " hears that its session with " + owner + " has ended";
    case kind::node_dies: return node + " dies";
    case kind::process_dies:
      return "the process of " + slot + " dies" + (step.index != 0 ? ", its mark behind" : "");
    case kind::owner_dies: return owner + " dies";
    case kind::late: return "late letter " + index + " arrives";
    case kind::spill: return node + " names another node for request " + index;
    case kind::drain: return node + " drains";
  }
  return {};
}

world::world(const limits& allowed) : left_(allowed) {
  for (unsigned i = 0; i < allowed.owners; ++i) {
    sending::book_options options;
    options.idle_for = std::chrono::milliseconds(0);
    owner_side made{sending::attempt_book(options), true, 0, {}, {}};
    for (const bool never_twice : {false, true}) {
      made.book.open_class({allowed.depth, allowed.slots_max, 1, allowed.carried, never_twice});
    }
    made.queues.resize(2);
    made.facts.resize(allowed.tasks);
    owners_.push_back(std::move(made));
  }
  for (unsigned i = 0; i < allowed.nodes; ++i) nodes_.push_back({table_of(allowed), {}, {}, false});
  links_.resize(std::size_t{allowed.owners} * allowed.nodes);
}

session_number world::name_of(unsigned owner, unsigned node) const {
  return session_number{between(owner, node).generation << 8U | owner << 4U | node};
}
unsigned world::owner_of(session_number session) {
  return static_cast<unsigned>(static_cast<std::uint64_t>(session) >> 4U & 15U);
}
unsigned world::node_of(session_number session) {
  return static_cast<unsigned>(static_cast<std::uint64_t>(session) & 15U);
}
world::link* world::current(session_number session) {
  const unsigned owner = owner_of(session);
  const unsigned node = node_of(session);
  return name_of(owner, node) == session ? &between(owner, node) : nullptr;
}

std::vector<action> world::actions() const {
  std::vector<action> possible;
  for (unsigned owner = 0; owner < owners_.size(); ++owner) {
    if (owners_[owner].alive) owner_actions(owner, possible);
    for (unsigned node = 0; node < nodes_.size(); ++node) link_actions(owner, node, possible);
  }
  for (unsigned node = 0; node < nodes_.size(); ++node) node_actions(node, possible);
  for (unsigned i = 0; i < late_.size(); ++i) possible.push_back({kind::late, 0, 0, {}, i, {}});
  if (left_.ticks > 0) possible.push_back({kind::tick, 0, 0, {}, 0, {}});
  return possible;
}

void world::owner_actions(unsigned owner, std::vector<action>& possible) const {
  const owner_side& here = owners_[owner];
  if (here.submitted < left_.tasks) possible.push_back({kind::submit, owner, 0, {}, 0, {}});
  for (unsigned each = 0; each < here.queues.size(); ++each) {
    if (left_.locals > 0 && !here.queues[each].empty()) {
      possible.push_back({kind::run_here, owner, 0, {}, each, {}});
    }
  }
  if (here.book.next_look() <= now_) possible.push_back({kind::owner_looks, owner, 0, {}, 0, {}});
  if (left_.cancels > 0) {
    for (unsigned task = 0; task < here.submitted; ++task) {
      const bool asked = task < here.book.tasks().size() && here.book.tasks()[task].cancelling;
      if (here.facts[task].resolved || asked) continue;
      possible.push_back({kind::cancel, owner, 0, {}, task, {}});
    }
  }
  if (left_.owner_deaths > 0) possible.push_back({kind::owner_dies, owner, 0, {}, 0, {}});
}

void world::link_actions(unsigned owner, unsigned node, std::vector<action>& possible) const {
  const link& both = between(owner, node);
  const auto add = [&](kind what, unsigned index = 0) {
    possible.push_back({what, owner, node, {}, index, {}});
  };
  const owner_side& here = owners_[owner];
  if (here.alive && !both.owner_heard && !nodes_[node].drains) {
    for (unsigned each = 0; each < here.queues.size(); ++each) {
      if (here.book.next_want(sending::class_number{each}, now_)) add(kind::ask, each);
    }
  }
  if (!both.to_node.empty()) add(kind::to_node);
  if (!both.to_owner.empty()) add(kind::to_owner);
  if (left_.overtakes > 0 && both.overtaken == 0) {
    for (std::size_t i = 1; i < both.to_node.size(); ++i) {
      const auto* told = std::get_if<sending::message>(&both.to_node[i].what);
      if (told == nullptr || !std::holds_alternative<sending::cancel>(*told)) continue;
      add(kind::overtake, static_cast<unsigned>(i));
      break;
    }
  }
  if (left_.breaks > 0 && !both.broken && here.alive) add(kind::break_off);
  if (both.broken && !both.owner_heard) add(kind::owner_hears);
  if (both.broken && !both.node_heard) add(kind::node_hears);
}

void world::node_actions(unsigned node, std::vector<action>& possible) const {
  const node_side& here = nodes_[node];
  for (const auto& [place, which] : here.slots.by_place()) {
    const serving::slot_queue& queue = here.slots.queue(which);
    const bool overlaps =
        left_.overlaps > 0 && !queue.waiting().empty() && queue.running().size() == 1;
    if (queue.may_start() || overlaps) possible.push_back({kind::start, 0, node, place, 0, {}});
    for (const serving::placed_attempt& each : queue.running()) {
      possible.push_back({kind::end, 0, node, place, 0, each.seq});
    }
    if (left_.process_deaths == 0) continue;
    possible.push_back({kind::process_dies, 0, node, place, 0, {}});
    if (!queue.idle()) possible.push_back({kind::process_dies, 0, node, place, 1, {}});
  }
  if (here.table.next_look() <= now_) possible.push_back({kind::node_looks, 0, node, {}, 0, {}});
  if (left_.node_deaths > 0) possible.push_back({kind::node_dies, 0, node, {}, 0, {}});
  if (left_.drains > 0 && !here.drains) possible.push_back({kind::drain, 0, node, {}, 0, {}});
  if (left_.spills == 0) return;
  for (unsigned i = 0; i < here.questions.size(); ++i) {
    possible.push_back({kind::spill, 0, node, {}, i, {}});
  }
}

std::string world::apply(const action& step) {
  act(step);
  check();
  return failure_;
}

void world::act(const action& step) {
  link* both = step.owner < owners_.size() ? &between(step.owner, step.node) : nullptr;
  const session_number session = name_of(step.owner, step.node);
  switch (step.what) {
    case kind::submit: submit(step.owner); break;
    case kind::run_here: {
      --left_.locals;
      std::deque<sending::attempt>& queue = owners_[step.owner].queues[step.index];
      const owner_index task = queue.front().name.task;
      queue.pop_front();
      resolve(step.owner, task);
      settle_owner(step.owner, {});
      break;
    }
    case kind::ask: ask(step); break;
    case kind::to_node: {
      const node_letter arrived = std::move(both->to_node.front());
      both->to_node.pop_front();
      if (both->overtaken > 0) --both->overtaken;
      deliver(step.node, session, arrived);
      acknowledge(session);
      break;
    }
    case kind::to_owner: {
      const owner_letter arrived = std::move(both->to_owner.front());
      both->to_owner.pop_front();
      deliver(step.owner, session, arrived);
      break;
    }
    case kind::overtake: {
      --left_.overtakes;
      const auto early = both->to_node.begin() + step.index;
      const node_letter arrived = std::move(*early);
      both->to_node.erase(early);
      both->overtaken = step.index;
      deliver(step.node, session, arrived);
      break;
    }
    case kind::start: start(step); break;
    case kind::end: end(step); break;
    case kind::owner_looks: {
      sending::effects out;
      owners_[step.owner].book.look(now_, out);
      settle_owner(step.owner, std::move(out));
      break;
    }
    case kind::node_looks: {
      leases::effects out;
      nodes_[step.node].table.look(now_, out);
      settle_node(step.node, std::move(out), {});
      break;
    }
    case kind::tick:
      --left_.ticks;
      now_ += millisecond;
      break;
    case kind::cancel: cancel(step); break;
    case kind::break_off:
      --left_.breaks;
      both->broken = true;
      break;
    case kind::owner_hears: owner_hears(step.owner, step.node); break;
    case kind::node_hears: node_hears(step.owner, step.node); break;
    case kind::node_dies: node_dies(step.node); break;
    case kind::process_dies: process_dies(step); break;
    case kind::owner_dies: owner_dies(step.owner); break;
    case kind::late: {
      const late_letter arrived = std::move(late_[step.index]);
      late_.erase(late_.begin() + step.index);
      deliver(arrived.owner, arrived.session, arrived.what);
      break;
    }
    case kind::spill: {
      --left_.spills;
      node_side& here = nodes_[step.node];
      const leases::effects::question asked = here.questions[step.index];
      here.questions.erase(here.questions.begin() + step.index);
      leases::effects out;
      here.table.spill(asked.from, asked.request, rt::node_id{1, 1}, now_, out);
      settle_node(step.node, std::move(out), {});
      break;
    }
    case kind::drain: {
      --left_.drains;
      nodes_[step.node].drains = true;
      leases::effects out;
      nodes_[step.node].table.drain(now_, out);
      settle_node(step.node, std::move(out), {});
      break;
    }
  }
}

void world::owner_hears(unsigned owner, unsigned node) {
  link& both = between(owner, node);
  both.owner_heard = true;
  const session_number session = name_of(owner, node);
  for (owner_letter& each : both.to_owner) {
    if (left_.late == 0) break;
    --left_.late;
    late_.push_back({owner, session, std::move(each)});
  }
  both.to_owner.clear();
  sending::effects out;
  owners_[owner].book.session_ended(session, out);
  renew(both);
  settle_owner(owner, std::move(out));
}

void world::node_hears(unsigned owner, unsigned node) {
  link& both = between(owner, node);
  both.node_heard = true;
  both.to_node.clear();
  const session_number session = name_of(owner, node);
  leases::effects out;
  nodes_[node].slots.session_ended(session);
  nodes_[node].table.session_ended(session, now_, out);
  renew(both);
  settle_node(node, std::move(out), {});
}

void world::node_dies(unsigned node) {
  --left_.node_deaths;
  nodes_[node] = {table_of(left_), {}, {}, false};
  for (unsigned owner = 0; owner < owners_.size(); ++owner) {
    link& both = between(owner, node);
    both.broken = true;
    both.node_heard = true;
    both.to_node.clear();
    renew(both);
  }
}

void world::owner_dies(unsigned owner) {
  --left_.owner_deaths;
  owners_[owner].alive = false;
  for (unsigned node = 0; node < nodes_.size(); ++node) {
    link& both = between(owner, node);
    both.broken = true;
    both.owner_heard = true;
    both.to_owner.clear();
    renew(both);
  }
  std::erase_if(late_, [owner](const late_letter& each) { return each.owner == owner; });
}

/// Begins a new session where both sides have heard of the end of the last.
void world::renew(link& both) {
  if (!both.owner_heard || !both.node_heard) return;
  const std::uint64_t generation = both.generation + 1;
  both = {};
  both.generation = generation;
}

std::size_t world::letters_on_the_way() const {
  std::size_t count = late_.size();
  for (const link& each : links_) count += each.to_node.size() + each.to_owner.size();
  return count;
}

}  // namespace explore::attempts
