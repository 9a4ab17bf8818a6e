#pragma once

#include "node/leases/lease.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <vector>

namespace rt::node::leases {
inline namespace RT_LANE_VARIANT {

struct lease_options {
  /// So many carried tasks are taken for each slot that is granted; the rest is handed back.
  std::uint32_t carried_max = 2;
  /// A request that as many nodes have sent on is not sent on again.
  std::uint8_t hops_max = 3;
  /// A slot is not recalled before it was held for so long.
  std::chrono::nanoseconds hold_for = std::chrono::milliseconds(10);
  /// A recalled slot that is not returned by then is closed.
  std::chrono::nanoseconds recall_for = std::chrono::milliseconds(100);
  /// When a request was passed over so often nothing that came later is granted before it.
  std::uint32_t passed_over_max = 16;
};

/// Grants slots and their resources of one node to owners, and gets them back. docs/leases.md has
/// the protocol.
///
/// A value: it decides, and says in `effects` what is to be done. It knows the tasks that requests
/// carry until it answers them, and of all others nothing: what runs in the slots is the worker's.
/// Shape: the same steps give the same effects; owners are told apart by their sessions.
/// Invariant: what is available and what is held by slots and by local tasks is the total.
/// Thread: belongs to the loop; never blocks.
class lease_table {
 public:
  lease_table(const resource_set& total, const lease_options& options)
      : options_(options), pool_(total) {}

  void ask(const lease_request& asked, instant now, effects& out);

  /// What was asked for is not needed any more; passed over where it has been answered.
  void withdraw(session_number from, request_number request, instant now, effects& out);

  /// A carried task is to end.   Shape: false where it is not here: then the slots have it, or had
  /// it.
  bool cancel(session_number from, const attempt_name& task, effects& out);

  /// Another node is better for a request; passed over where it has been answered.
  void spill(session_number from, request_number request, node_id to, instant now, effects& out);

  /// The other nodes are not what they were: asks again whether one is better for what waits here.
  void others_changed(effects& out) const;

  /// No node is known that could ever have such a slot; passed over where this one could.
  void no_node(session_number from, request_number request, effects& out);

  /// The owner gives a slot back.
  void returned(session_number from, slot_place slot, effects& out);

  /// Nothing runs in a slot any more that was closed; or the process behind it has died.
  void freed(slot_place slot, instant now, effects& out);
  void process_died(slot_place slot, instant now, effects& out);

  /// The session with an owner is over: its requests are forgotten and its leases end.
  void session_ended(session_number owner, instant now, effects& out);

  /// From now on nothing is granted, and all slots are wanted back.
  void drain(instant now, effects& out);

  // Local tasks of this process take from the same amounts.

  /// Looks a demand's names up.   Shape: nothing where the node could never have it.
  std::optional<claim> claim_of(const resource_set& demand) const { return pool_.claim_of(demand); }
  bool try_take(const claim& wanted) noexcept { return pool_.take(wanted); }
  void give_back(const claim& taken, instant now, effects& out);
  /// Takes amounts as soon as they are free, before anyone is granted any.
  void take_when_free(const claim& wanted) { owed_.push_back(wanted); }
  void collect_owed();
  /// Until then more is in use than there is: calls as many slots back, those that were granted last.
  void recall_owed(instant now, effects& out);
  bool owes() const noexcept { return !owed_.empty(); }
  /// Does an owner wait for amounts? Local tasks are then to let him go first at times.
  bool others_wait() const noexcept;

  /// Recalls slots where an owner waits and another holds more than its share, and closes those
  /// that were not returned in time.
  void look(instant now, effects& out);
  /// When a look may find something to do; `never` where nobody waits and nothing is recalled.
  instant next_look() const;

  const resource_pool& pool() const noexcept { return pool_; }
  const std::map<lease_number, lease>& leases() const noexcept { return leases_; }
  const std::vector<waiting_request>& waiting() const noexcept { return waiting_; }
  bool empty() const noexcept { return leases_.empty() && waiting_.empty(); }

 private:
  using waiting_iterator = std::vector<waiting_request>::iterator;
  /// A slot that is to be recalled, and when.
  struct planned {
    slot_place slot;
    instant at = 0;
  };

  waiting_iterator find(session_number from, request_number request);
  leased_slot* find(slot_place slot);
  void answer(waiting_iterator which, reply_kind what, std::vector<owner_index> handed_back,
              effects& out);
  void close(lease_number lease, leased_slot* slot, effects& out);
  void erase(slot_place slot, bool give);

  void deal(instant now, effects& out);
  std::optional<std::size_t> next_to_grant(const std::vector<std::uint32_t>& slots,
                                           const std::map<session_number, std::size_t>& held) const;
  void grant(waiting_iterator asked, std::uint32_t slots, instant now, effects& out);
  std::size_t held_by(session_number owner) const;
  std::optional<planned> next_recall() const;
  void recall_newest(instant now, effects& out);
  /// Calls back the first slot that is held, though nobody needs it.
  void recall_first(instant now, effects& out);
  void recall(slot_place which, leased_slot& slot, instant now, effects& out);
  instant closed_at(const leased_slot& recalled) const noexcept {
    return recalled.since + options_.recall_for.count();
  }

  lease_options options_;
  resource_pool pool_;
  std::vector<waiting_request> waiting_;  // by arrival
  std::map<lease_number, lease> leases_;
  /// What is to be taken as soon as it is free.
  std::vector<claim> owed_;
  lease_number newest_{};
  bool draining_ = false;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::node::leases
