#include "head/cluster_view.hpp"

#include <algorithm>

namespace rt::head {
inline namespace RT_LANE_VARIANT {

void cluster_view::set(const wire::node_entry& entry, instant drain_until) {
  const incarnation process{entry.incarnation};
  const auto known = entries_.find(process);
  if (known != entries_.end()) by_version_.erase(known->second.version);
  ++version_;
  if (entry.state != wire::node_state::dead) {
    entries_.insert_or_assign(process, kept{entry, version_, drain_until});
    by_version_.emplace(version_, process);
    return;
  }
  if (known != entries_.end()) entries_.erase(known);
  deaths_.emplace(version_, entry);
  if (deaths_.size() <= deaths_kept_) return;
  forgotten_ = deaths_.begin()->first;
  deaths_.erase(deaths_.begin());
}

const wire::node_entry* cluster_view::find(incarnation process) const {
  const auto found = entries_.find(process);
  return found != entries_.end() ? &found->second.entry : nullptr;
}

std::vector<wire::view_change> cluster_view::since(std::uint64_t version, instant now,
                                                   bool with_deaths) const {
  if (version < forgotten_ || version > version_) version = 0;
  std::vector<wire::view_change> steps;
  const bool whole = version == 0;
  steps.push_back({.from = version, .to = version_, .more = false, .nodes = {}, .whole = whole});
  const auto add = [&](std::uint64_t at, const wire::node_entry& entry) {
    if (steps.back().nodes.size() >= entries_max_) {
      // The step before ends just in front of this entry.
      steps.back().to = at - 1;
      steps.back().more = true;
      steps.push_back({.from = at - 1, .to = version_, .more = false, .nodes = {}, .whole = whole});
    }
    steps.back().nodes.push_back(entry);
  };
  auto living = by_version_.upper_bound(version);
  auto dead = whole && !with_deaths ? deaths_.end() : deaths_.upper_bound(version);
  while (living != by_version_.end() || dead != deaths_.end()) {
    if (dead == deaths_.end() || (living != by_version_.end() && living->first < dead->first)) {
      const kept& each = entries_.at(living->second);
      wire::node_entry told = each.entry;
      if (each.drain_until != never) {
        told.drain_left_ns =
            static_cast<std::uint64_t>(std::max<instant>(each.drain_until - now, 0));
      }
      add(living->first, told);
      ++living;
    } else {
      add(dead->first, dead->second);
      ++dead;
    }
  }
  return steps;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
