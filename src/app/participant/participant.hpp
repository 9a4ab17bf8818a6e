#pragma once

#include "core/variant.hpp"
#include "node/lease_keeper.hpp"
#include "rpc/endpoint.hpp"
#include "rpc/switchboard.hpp"
#include "worker/attendant.hpp"
#include "worker/remote/object_keeper.hpp"
#include "worker/remote/task_runner.hpp"
#include "worker/remote/task_sender.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/config.hpp>
#include <rt/core/environment.hpp>
#include <rt/transport/transport.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace rt::app {
inline namespace RT_LANE_VARIANT {

struct participant_options {
  wire::process_role role = wire::process_role::node;
  /// Whole: `num_cpus` is there.
  rt::config settings = {};
  /// Where it takes connections; a part that is left open is filled in.
  std::string listen = {};
  /// Where the head is reached; a head's own is empty.
  std::string head = {};
  std::uint64_t cluster = 0;
};

/// One process of a cluster, in whatever role: its engine, its sessions, and the parts of its role, on
/// one loop.
/// Owner: world and transport outlive it.
/// Thread: made and ended by one thread; all else happens on the engine's loop.
class participant final : worker::attendant {
 public:
  participant(environment& world, transport& over, const participant_options& options);
  participant(const participant&) = delete;
  participant& operator=(const participant&) = delete;
  ~participant();

  detail::engine& engine() noexcept { return engine_; }
  const std::string& address() const noexcept { return address_; }

  /// The transport has something to tell.   Thread: any, also where nothing may be waited for.
  void transport_ready() noexcept { ready_.store(true, std::memory_order_release); }

  /// Ends its work, says goodbye, and ends its threads.   Shape: as `engine::shut_down`.
  std::string leave();

  /// What of other processes' is still here, or of its own elsewhere; empty where nothing is.
  std::string left_over() const;

  void take_view(const std::vector<wire::node_entry>& view);
  wire::node_entry describe();

 private:
  // worker::attendant
  bool has_news() const noexcept override;
  void cancelled() noexcept override { sender_.cancelled(); }
  bool attend(deferred& later) override;
  instant due() const noexcept override;

  environment& world_;
  const participant_options options_;
  worker::runtime_engine engine_;
  rpc::switchboard board_;
  rpc::endpoint endpoint_;
  std::string address_;
  worker::name_tables names_;
  worker::object_keeper objects_;
  worker::task_sender sender_;
  worker::task_runner runner_;
  std::unique_ptr<node::lease_keeper> leases_;
  std::atomic<bool> ready_{false};
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::app
