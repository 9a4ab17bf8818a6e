#include "head/ledger.hpp"

#include <variant>

namespace rt::head {
inline namespace RT_LANE_VARIANT {

void ledger::apply(const record& next) {
  std::visit([this](const auto& each) { this->apply_one(each); }, next);
}

const known_actor* ledger::actor(const actor_id& id) const {
  const auto found = actors_.find(id);
  return found != actors_.end() ? &found->second : nullptr;
}

const known_actor* ledger::actor_named(const name_key& key) const {
  const auto found = names_.find(key);
  return found != names_.end() ? actor(found->second) : nullptr;
}

wire::node_reason ledger::why_dead(incarnation process) const {
  const auto found = dead_.find(process);
  return found != dead_.end() ? found->second : wire::node_reason::none;
}

std::vector<record> ledger::snapshot() const {
  std::vector<record> all;
  all.reserve(snapshot_records());
  all.emplace_back(cluster_record{cluster_, secret_place_});
  // Deaths first: with one ends what its process had.
  for (const incarnation each : dead_in_order_) {
    all.emplace_back(death_record{each, dead_.at(each)});
  }
  for (const auto& [process, entry] : members_) all.emplace_back(member_record{entry});
  for (const auto& [id, actor] : actors_) all.emplace_back(actor_record{actor});
  for (const actor_id& each : ended_) all.emplace_back(actor_end_record{each});
  return all;
}

void ledger::apply_one(const cluster_record& begun) {
  cluster_ = begun.cluster;
  secret_place_ = begun.secret_place;
}

void ledger::apply_one(const member_record& taken_in) {
  const incarnation process{taken_in.entry.incarnation};
  members_.insert_or_assign(process, taken_in.entry);
}

void ledger::apply_one(const death_record& declared) {
  members_.erase(declared.process);
  if (dead_.emplace(declared.process, declared.reason).second) {
    dead_in_order_.push_back(declared.process);
    if (dead_.size() > deaths_max_) {
      dead_.erase(dead_in_order_.front());
      dead_in_order_.pop_front();
    }
  }
  std::vector<actor_id> ended;
  for (const auto& [id, each] : actors_) {
    if (each.owner == declared.process && !each.detached) ended.push_back(id);
  }
  for (const actor_id& id : ended) forget_actor(id);
  const auto minted = static_cast<std::uint64_t>(declared.process);
  std::erase_if(ended_, [minted](const actor_id& id) { return id.incarnation == minted; });
}

void ledger::apply_one(const actor_record& told) {
  const known_actor& actor = told.actor;
  actors_.insert_or_assign(actor.actor, actor);
  if (actor.name.empty()) return;
  names_.insert_or_assign(name_key::of(actor.space, actor.job, actor.name), actor.actor);
}

void ledger::apply_one(const actor_end_record& told) {
  forget_actor(told.actor);
  if (is_member(incarnation{told.actor.incarnation})) ended_.insert(told.actor);
}

void ledger::forget_actor(const actor_id& id) {
  const auto found = actors_.find(id);
  if (found == actors_.end()) return;
  const known_actor& actor = found->second;
  const auto named = names_.find(name_key::of(actor.space, actor.job, actor.name));
  if (named != names_.end() && named->second == id) names_.erase(named);
  actors_.erase(found);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
