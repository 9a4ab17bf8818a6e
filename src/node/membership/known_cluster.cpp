#include "node/membership/known_cluster.hpp"

#include <utility>

#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"

namespace rt::node::membership {
inline namespace RT_LANE_VARIANT {

known_cluster::taken known_cluster::take(const wire::view_change& step,
                                         std::vector<effects::death>& died) {
  if (step.to == 0) return taken::old;  // no view: whoever has one is in it
  if (!step.whole) {
    // It goes on from what is known, or from further on.
    if (step.from > version_ && !RT_SIMBUG("view.gap_ignored")) {
      RT_PROBE("known_cluster.step_missing");
      return taken::gap;
    }
    if (step.to <= version_) {
      RT_PROBE("known_cluster.step_known");
      return taken::old;
    }
    take_entries(step, entries_, died);
    version_ = step.to;
    return taken::yes;
  }
  if (step.from == 0) {
    whole_.clear();
    whole_begun_ = true;
  } else if (!whole_begun_ || step.from != whole_version_) {
    RT_PROBE("known_cluster.part_missing");
    whole_begun_ = false;
    return taken::gap;
  }
  take_entries(step, whole_, died);
  whole_version_ = step.to;
  if (!step.more) complete(died);
  return taken::yes;
}

void known_cluster::begin_term() noexcept {
  version_ = 0;
  whole_begun_ = false;
  whole_.clear();
}

void known_cluster::take_entries(const wire::view_change& step,
                                 std::map<incarnation, wire::node_entry>& into,
                                 std::vector<effects::death>& died) {
  for (const wire::node_entry& each : step.nodes) {
    const incarnation process{each.incarnation};
    if (each.state != wire::node_state::dead) {
      into.insert_or_assign(process, each);
      continue;
    }
    into.erase(process);
    died.push_back({process, each.reason});
  }
}

void known_cluster::complete(std::vector<effects::death>& died) {
  for (const auto& [process, entry] : entries_) {
    if (whole_.count(process) != 0) continue;
    RT_PROBE("known_cluster.gone_from_the_whole");
    died.push_back({process, wire::node_reason::silent});
  }
  entries_ = std::exchange(whole_, {});
  version_ = whole_version_;
  whole_begun_ = false;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::node::membership
