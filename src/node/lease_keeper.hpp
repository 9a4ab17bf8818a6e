#pragma once

#include "core/variant.hpp"
#include "node/leases/lease_table.hpp"
#include "rpc/switchboard.hpp"
#include "sched/spilling.hpp"
#include "wire/messages/leases.hpp"

#include <rt/core/environment.hpp>

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace rt::node {
inline namespace RT_LANE_VARIANT {

/// What a node has the process of its slots do.
struct slot_commands {
  /// Takes a task that has come with a request and waits with it: what it refers to is here from then on.
  std::function<void(rpc::session_id, const wire::task_header&)> keep_carried;
  /// Lets go of one that is not run.
  std::function<void(rpc::session_id, const wire::attempt_name&)> let_go;
  /// Opens a slot: its owner may push to it, and each of its tasks takes that while it runs.
  std::function<void(rpc::session_id, wire::slot_place, const resource_set&)> open;
  /// Has a slot run those that were kept for it, from seq 1 on.
  std::function<void(rpc::session_id, wire::slot_place, std::span<const wire::attempt_name>)>
      run_carried;
  /// Takes a slot back; `lease_keeper::freed` follows.
  std::function<void(wire::slot_place)> close;
  /// Nobody needs a place for an actor any more; `lease_keeper::place_freed` follows when nothing of the
  /// actor is there.
  std::function<void(wire::slot_place)> leave_place;
};

/// The edge of a node's leases: takes requests for slots, answers them, and has the slots opened and
/// closed. What is granted to whom is decided by `leases::lease_table`.
/// Owner: the switchboard outlives it.   Thread: under the baton.
class lease_keeper final : public rpc::party {
 public:
  lease_keeper(environment& world, rpc::switchboard& board, const resource_set& total,
               slot_commands commands);

  /// The other nodes, as the cluster's view has them. A request that waits here is sent on to one that has
  /// become free.
  void take_view(std::vector<sched::node_view> others);

  /// Nothing runs any more in a slot that was closed.
  void freed(wire::slot_place slot);
  /// What a slot takes may be granted to others, since all that runs there waits; or no longer. What is
  /// lent out then is had back as soon as it is free.
  void lend(wire::slot_place slot, bool lent);
  /// A task is to end that may wait with its request.   Shape: whether it did.
  bool cancel_carried(rpc::session_id owner, const wire::attempt_name& task);
  void drain();

  // Places of actors: they are kept until they are given back, and never recalled.
  /// What one takes; null where it is none.
  const resource_set* demand_of_place(wire::slot_place place) const;
  /// Nothing of the actor is there any more.   Shape: passed over where that was said before.
  void place_freed(wire::slot_place place);

  void attend();
  instant due() const { return table_.next_look(); }

  const resource_set& total() const noexcept { return total_; }
  resource_set available() const { return table_.pool().available(); }
  /// Does another node have that now, as far as is known?
  bool is_free_elsewhere(const resource_set& demand) const;
  std::uint32_t waiting() const noexcept {
    return static_cast<std::uint32_t>(table_.waiting().size() + asked_places_.size());
  }
  bool empty() const noexcept { return table_.empty() && asked_places_.empty() && places_.empty(); }
  /// Is everything free that the node has?
  bool all_free() const noexcept { return !table_.owes() && table_.pool().all_free(); }

  // rpc::party
  void asked(rpc::session_id session, const rpc::arrival& request) override;
  void told(rpc::session_id session, const rpc::arrival& notice) override;
  void ended(rpc::session_id session, const rpc::peer& other, rpc::session_end why) override;

 private:
  using request_key = std::pair<rpc::session_id, std::uint64_t>;
  /// A request that is not answered yet.
  struct waiting_request {
    resource_set demand;
    std::vector<wire::attempt_name> carried;
  };

  /// An actor's place that is asked for.
  struct asked_place {
    request_key from;
    resource_set demand;
    leases::claim claim;
  };
  /// One that was granted.
  struct kept_place {
    rpc::session_id owner;
    resource_set demand;
    leases::claim claim;
  };

  void ask_for_place(rpc::session_id session, std::uint64_t number,
                     const wire::lease_request& asks);
  void refuse_place(const request_key& asked);
  void grant_places();
  void act(leases::effects& what);
  void collect();
  void forget_carried(rpc::session_id owner, const wire::attempt_name& task);
  void reply(const leases::effects::reply& answer);
  void look_elsewhere(const leases::effects::question& asked, leases::effects& out);

  environment& world_;
  rpc::switchboard& board_;
  slot_commands commands_;
  const resource_set total_;
  leases::lease_table table_;
  std::vector<sched::node_view> others_;
  std::map<request_key, waiting_request> waiting_;
  /// What one slot of a lease takes.
  std::map<wire::lease_number, leases::claim> claims_;
  std::set<wire::slot_place> lent_;
  /// By arrival: the first that does not fit keeps all later ones waiting.
  std::deque<asked_place> asked_places_;
  std::map<wire::slot_place, kept_place> places_;
  std::uint64_t last_place_ = 0;
  bool drains_ = false;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::node
