#include "explore/attempts_world.hpp"

// What may happen next.
namespace explore::attempts {

using kind = action::kind;

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

}  // namespace explore::attempts
