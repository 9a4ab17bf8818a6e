#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/incarnation.hpp"
#include "core/variant.hpp"
#include "head/known_actor.hpp"
#include "head/records.hpp"
#include "rt/core/ids.hpp"
#include "wire/node_entry.hpp"

namespace rt::head {
inline namespace RT_LANE_VARIANT {

/// Where an actor's name is looked up.
struct name_key {
  std::string space;
  /// None where there is a space.
  job_id job;
  std::string name;

  static name_key of(const std::string& space, job_id job, const std::string& name) {
    return {space, space.empty() ? job : job_id{}, name};
  }
  friend auto operator<=>(const name_key&, const name_key&) = default;
};

/// What follows from a head's records, taken in one after another: the same while it runs and when it
/// reads its log.
///
/// Of the dead it remembers the last ones; who was a member longer ago says so itself when it joins.
/// Thread: a value.
class ledger {
 public:
  explicit ledger(std::size_t deaths_max) noexcept : deaths_max_(deaths_max) {}

  /// Shape: the deaths of a process and the end of an actor may be told twice.
  void apply(const record& next);

  /// Shape: 0 before the first record.
  std::uint64_t cluster() const noexcept { return cluster_; }
  const std::string& secret_place() const noexcept { return secret_place_; }

  /// Those that were taken in and are not dead, as they described themselves.
  const std::map<incarnation, wire::node_entry>& members() const noexcept { return members_; }
  bool is_member(incarnation process) const { return members_.count(process) != 0; }
  bool is_dead(incarnation process) const { return dead_.count(process) != 0; }
  /// Shape: `none` where it is not remembered.
  wire::node_reason why_dead(incarnation process) const;

  const std::map<actor_id, known_actor>& actors() const noexcept { return actors_; }
  const known_actor* actor(const actor_id& id) const;
  const known_actor* actor_named(const name_key& key) const;
  /// Has it been, and ended? Known as long as the process lives that has minted its id, so that a claim
  /// that comes late does not bring it back.
  bool has_ended(const actor_id& id) const { return ended_.count(id) != 0; }

  /// Returns records from which all of this follows, in place of those from which it did.
  std::vector<record> snapshot() const;
  /// How many those are.
  std::size_t snapshot_records() const noexcept {
    return 1 + members_.size() + dead_.size() + actors_.size() + ended_.size();
  }

  friend bool operator==(const ledger&, const ledger&) = default;

 private:
  void apply_one(const cluster_record& begun);
  void apply_one(const member_record& taken_in);
  void apply_one(const death_record& declared);
  void apply_one(const actor_record& told);
  void apply_one(const actor_end_record& told);
  void apply_one(const proof_record&) {}
  void forget_actor(const actor_id& id);

  std::size_t deaths_max_;
  std::uint64_t cluster_ = 0;
  std::string secret_place_;
  std::map<incarnation, wire::node_entry> members_;
  std::map<incarnation, wire::node_reason> dead_;
  /// The longest dead first.
  std::deque<incarnation> dead_in_order_;
  std::map<actor_id, known_actor> actors_;
  std::map<name_key, actor_id> names_;
  std::set<actor_id> ended_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
