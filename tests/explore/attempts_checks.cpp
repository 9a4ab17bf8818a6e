#include "explore/attempts_world.hpp"
#include "explore/world_seeds.hpp"

// What must hold after each step, and in the end.
namespace explore::attempts {

void world::check() {
  for (unsigned node = 0; node < nodes_.size(); ++node) check_node(node);
  for (const owner_side& here : owners_) {
    if (!here.alive) continue;
    for (unsigned task = 0; task < here.submitted; ++task) {
      const bool sent = task < here.book.tasks().size() &&
                        here.book.tasks()[task].where != sending::held_task::state::none;
      const fact& of = here.facts[task];
      require(of.resolved + of.queued + sent == 1,
              "task " + std::to_string(task) + " is in no place, or in two");
    }
  }
  if (!failure_.empty() || !checks_ends_ || !quiet()) return;
  world copy = *this;
  failure_ = copy.run_to_the_end();
}

void world::check_node(unsigned node) {
  const node_side& here = nodes_[node];
  std::size_t slots = 0;
  for (const auto& [number, lease] : here.table.leases()) slots += lease.slots.size();
  const rt::amount available = here.table.pool().available()["cpu"];
  require(available + rt::amount(slots) == rt::amount(left_.cpus),
          "amounts of node " + std::to_string(node) + " are lost, or made");
  for (const auto& [place, which] : here.slots.by_place()) {
    const auto lease = here.table.leases().find(place.lease);
    bool known = false;
    if (lease != here.table.leases().end()) {
      for (const leases::leased_slot& each : lease->second.slots) {
        known |= each.number == place.slot;
      }
    }
    require(known, "a slot is open without a lease");
  }
}

bool world::quiet() const {
  if (letters_on_the_way() != 0) return false;
  for (const link& each : links_) {
    if (each.broken) return false;
  }
  for (const node_side& here : nodes_) {
    for (const auto& [place, which] : here.slots.by_place()) {
      if (!here.slots.queue(which).empty()) return false;
    }
  }
  return true;
}

void world::calm() {
  const limits was = left_;
  left_ = {};
  left_.owners = was.owners;
  left_.nodes = was.nodes;
  left_.cpus = was.cpus;
  left_.tasks = was.tasks;
  left_.never_twice = was.never_twice;
  left_.retries = was.retries;
}

std::string world::run_to_the_end() {
  checks_ends_ = false;
  calm();
  return let_end(*this, 1000 + 400 * std::size_t{left_.tasks} * left_.owners, 4);
}

std::string world::what_is_left() const {
  for (unsigned owner = 0; owner < owners_.size(); ++owner) {
    const owner_side& here = owners_[owner];
    if (!here.alive) continue;
    for (unsigned task = 0; task < here.facts.size(); ++task) {
      if (here.facts[task].resolved) continue;
      return "task " + std::to_string(task) + " of owner " + std::to_string(owner) +
             " never resolves";
    }
    if (!here.book.empty()) return "the book of owner " + std::to_string(owner) + " is not empty";
  }
  for (unsigned node = 0; node < nodes_.size(); ++node) {
    const node_side& here = nodes_[node];
    const std::string at = " of node " + std::to_string(node);
    if (!here.table.empty()) return "the leases" + at + " are not empty in the end";
    if (!here.slots.empty()) return "the slots" + at + " are not empty in the end";
    if (!here.table.pool().all_free()) return "amounts" + at + " are not given back in the end";
  }
  return {};
}

void world::require(bool holds, const std::string& what) {
  if (!holds && failure_.empty()) failure_ = what;
}

}  // namespace explore::attempts
