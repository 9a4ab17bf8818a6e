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
  leases::effects granted;
  serving::effects served;
  nodes_[node].slots.session_ended(session, served);
  nodes_[node].table.session_ended(session, now_, granted);
  renew(both);
  settle_node(node, std::move(granted), std::move(served));
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
