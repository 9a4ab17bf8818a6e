#include "worker/remote/node_list.hpp"

#include <algorithm>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

bool fits(const resource_set& demand, const resource_set& total) {
  return std::all_of(demand.begin(), demand.end(),
                     [&](const resource& each) { return each.amount <= total[each.name]; });
}

void node_list::take_view(const std::vector<wire::node_entry>& nodes) {
  known_ = true;
  nodes_.clear();
  for (const wire::node_entry& each : nodes) {
    if (each.state != wire::node_state::alive || each.incarnation == self_) continue;
    nodes_.push_back({.incarnation = each.incarnation,
                      .id = each.node,
                      .address = each.address,
                      .total = each.total});
  }
}

const node_list::node* node_list::find(node_id id) const {
  const auto found =
      std::find_if(nodes_.begin(), nodes_.end(), [&](const node& each) { return each.id == id; });
  return found != nodes_.end() ? &*found : nullptr;
}

const node_list::node* node_list::find_process(std::uint64_t incarnation) const {
  const auto found = std::find_if(nodes_.begin(), nodes_.end(), [&](const node& each) {
    return each.incarnation == incarnation;
  });
  return found != nodes_.end() ? &*found : nullptr;
}

bool node_list::suits(const node& one, const resource_set& demand) const {
  return fits(demand, one.total) && !board_.knows_dead(one.incarnation);
}

const node_list::node* node_list::next(const resource_set& demand) {
  for (std::size_t tries = nodes_.size(); tries != 0; --tries) {
    const node& one = nodes_[next_++ % nodes_.size()];
    if (suits(one, demand)) return &one;
  }
  return nullptr;
}

bool node_list::has_place(const resource_set& demand) const {
  return std::any_of(nodes_.begin(), nodes_.end(),
                     [&](const node& each) { return suits(each, demand); });
}

std::string node_list::lacking(const resource_set& demand) const {
  for (const resource& each : demand) {
    amount most;
    for (const node& one : nodes_) {
      if (!board_.knows_dead(one.incarnation)) most = std::max(most, one.total[each.name]);
    }
    if (each.amount <= most) continue;
    return "asks for " + to_string(each.amount) + " of " + each.name + ", and no node has " +
           (most == amount() ? "any" : "more than " + to_string(most));
  }
  return "asks for " + to_string(demand) + ", and no node has all of that";
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
