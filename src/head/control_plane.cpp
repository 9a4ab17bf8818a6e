#include "head/control_plane.hpp"

#include <algorithm>

#include "core/fault_site.hpp"

namespace rt::head {
inline namespace RT_LANE_VARIANT {

control_plane::control_plane(const settings& with, const start& from,
                             const std::vector<record>& log, instant now, effects& out)
    : with_(with),
      term_(from.number),
      known_(with.deaths_remembered),
      growth_(log.size()),
      commits_(position{log.size()}),
      view_(with.view_entries_max, with.deaths_kept),
      attention_(now, with.health_period / 2),
      check_at_(now) {
  for (const record& each : log) known_.apply(each);
  if (known_.cluster() == 0) write(cluster_record{from.new_cluster, from.secret_place}, out);
  for (const auto& [process, entry] : known_.members()) {
    lives_[process] = {.heard_at = with_.reconnect_window - with_.death_timeout, .entry = entry};
    view_.set(entry);
  }
  told_version_ = view_.version();
  for (const auto& [id, actor] : known_.actors()) {
    if (!actor.detached) continue;
    out.expected.push_back(actor);
    if (actor.state != wire::actor_state::alive) unbuilt_[id] = actor.epoch;
  }
  // A head before this one may have ended between a death and what follows from it.
  rebuild_lost_ones(out);
  start_ = commits_.last();
  ready_ = !commits_.behind();
  release(now, out);
}

void control_plane::durable(position up_to, instant now, effects& out) {
  if (fenced_) return;
  commits_.durable(up_to);
  ready_ = ready_ || commits_.safe() >= start_;
  release(now, out);
}

void control_plane::tick(instant now, effects& out) {
  if (fenced_) return;
  look(now, out);
  if (now >= check_at_) {
    declare_silent_ones(out);
    declare_undrained_ones(now, out);
    if (attention_.attended() >= with_.reconnect_window) begin_unbuilt_anew(out);
    std::erase_if(told_stale_,
                  [&](const auto& each) { return now >= each.second + with_.death_timeout; });
    check_at_ = now + with_.health_period / 4;
  }
  release(now, out);
  gather_load(now);
  if (now >= view_at_) tell_view(now, out);
  keep_log_short(now, out);
}

void control_plane::compacted(bool done, instant now) noexcept { growth_.end(done, with_, now); }

void control_plane::keep_log_short(instant now, effects& out) {
  const std::size_t snapshot = known_.snapshot_records();
  if (!growth_.is_too_long(snapshot, with_, now) &&
      !(growth_.could_be_shorter(snapshot) && RT_BUGGIFY("control_plane.compacts_early"))) {
    return;
  }
  out.snapshot = known_.snapshot();
  growth_.begin(snapshot);
}

instant control_plane::due() const noexcept {
  return fenced_ ? never : std::min(check_at_, view_at_);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
