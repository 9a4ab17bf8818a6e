#pragma once

#include "core/variant.hpp"
#include "node/leases/lease_table.hpp"
#include "rpc/switchboard.hpp"
#include "sched/spilling.hpp"
#include "wire/messages/leases.hpp"

#include <rt/core/environment.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <utility>
#include <vector>

namespace rt::node {
inline namespace RT_LANE_VARIANT {

/// What a node has the process of its slots do.
struct slot_commands {
  /// Opens a slot: its owner may push to it, and each of its tasks takes that while it runs.
  std::function<void(rpc::session_id, wire::slot_place, const resource_set&)> open;
  /// Hands over what came with the request, for that slot from seq 1 on.
  std::function<void(rpc::session_id, wire::slot_place, std::span<const wire::task_header* const>)>
      take_carried;
  /// Takes a slot back; `lease_keeper::freed` follows.
  std::function<void(wire::slot_place)> close;
};

/// The edge of a node's leases: takes requests for slots, answers them, and has the slots opened and
/// closed. What is granted to whom is decided by `leases::lease_table`.
/// Owner: the switchboard outlives it.   Thread: under the baton.
class lease_keeper final : public rpc::party {
 public:
  lease_keeper(environment& world, rpc::switchboard& board, const resource_set& total,
               slot_commands commands);

  /// The other nodes, as the cluster's view has them.
  void take_view(std::vector<sched::node_view> others) { others_ = std::move(others); }

  /// Nothing runs any more in a slot that was closed.
  void freed(wire::slot_place slot);
  /// A task is to end that may wait with its request.   Shape: whether it did.
  bool cancel_carried(rpc::session_id owner, const wire::attempt_name& task);
  void drain();

  void attend();
  instant due() const { return table_.next_look(); }

  const resource_set& total() const noexcept { return total_; }
  resource_set available() const { return table_.pool().available(); }
  std::uint32_t waiting() const noexcept { return static_cast<std::uint32_t>(table_.waiting().size()); }
  bool empty() const noexcept { return table_.empty(); }
  /// Is everything free that the node has?
  bool all_free() const noexcept { return table_.pool().all_free(); }

  // rpc::party
  void asked(rpc::session_id session, const rpc::arrival& request) override;
  void told(rpc::session_id session, const rpc::arrival& notice) override;
  void ended(rpc::session_id session, const rpc::peer& other, rpc::session_end why) override;

 private:
  using request_key = std::pair<rpc::session_id, std::uint64_t>;
  /// What came with a request that is not answered yet.
  struct waiting_request {
    resource_set demand;
    /// Headers as they are written down, since the frame that they came in is gone.
    std::map<wire::attempt_name, std::vector<std::byte>> carried;
  };

  void act(leases::effects& what);
  void reply(const leases::effects::reply& answer);
  void grant(const leases::effects::reply& answer, const leases::granted& granted,
             const waiting_request& asked);
  void look_elsewhere(const leases::effects::question& asked, leases::effects& out);

  environment& world_;
  rpc::switchboard& board_;
  slot_commands commands_;
  const resource_set total_;
  leases::lease_table table_;
  std::vector<sched::node_view> others_;
  std::map<request_key, waiting_request> waiting_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::node
