#pragma once

#include "core/incarnation.hpp"
#include "core/variant.hpp"
#include "head/head_keeper.hpp"
#include "node/lease_keeper.hpp"
#include "node/membership_keeper.hpp"
#include "rpc/endpoint.hpp"
#include "rpc/session_options.hpp"
#include "rpc/switchboard.hpp"
#include "worker/attendant.hpp"
#include "worker/remote/object_keeper.hpp"
#include "worker/remote/remote_actors.hpp"
#include "worker/remote/task_runner.hpp"
#include "worker/remote/task_sender.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/config.hpp>
#include <rt/core/environment.hpp>
#include <rt/core/storage.hpp>
#include <rt/transport/transport.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rt::app {
inline namespace RT_LANE_VARIANT {

struct participant_options {
  wire::process_role role = wire::process_role::node;
  /// Whole: `num_cpus` is there.
  rt::config settings = {};
  std::string name = {};
  /// Where it takes connections; a part that is left open is filled in.
  std::string listen = {};
  /// Where the head is reached; a head's own is empty.
  std::string head = {};
  /// Where a head writes its log; in memory, and gone with it, where there is none.
  storage* disk = nullptr;
  /// Makes the log of a head that is to have another one.
  std::function<std::unique_ptr<head::record_log>()> make_log = {};
  head::settings times = {};
  rpc::session_options sessions = {};
  /// Of the protocol.
  wire::version_range versions = wire::spoken_versions;
  /// It is to end: its incarnation counts no more (then it may begin anew), it has drained, its job is
  /// over, or a newer head has begun.   Thread: under the baton; it only notes that.
  std::function<void(bool begins_anew)> over = {};
  /// It takes connections at that address, or cannot; a head does so only once its log is open. Without
  /// it the constructor throws, and a head's loop ends the process.   Thread: as for `over`.
  std::function<void(const result<std::string>& address)> listens = {};
  /// What needs the head fails from here on, with this; nothing: it is there again.
  std::function<void(const std::optional<error_info>& why)> without_head = {};
  /// A head has taken it in: what it sends to others leaves from here on.   Thread: as for `over`.
  std::function<void()> joined = {};
};

/// One process of a cluster, in whatever role: its engine, its sessions, and the parts of its role, on
/// one loop.
/// Owner: world, transport and disk outlive it.
/// Thread: made and ended by one thread; all else happens on the engine's loop.
class participant final : worker::attendant {
 public:
  participant(environment& world, transport& over, const participant_options& options);
  participant(const participant&) = delete;
  participant& operator=(const participant&) = delete;
  ~participant();

  detail::engine& engine() noexcept { return engine_; }
  rt::incarnation incarnation() noexcept { return rt::incarnation{engine_.incarnation()}; }

  /// Transport or disk have something to tell.   Thread: any, also where nothing may be waited for.
  void ready() noexcept { ready_.store(true, std::memory_order_release); }

  /// How many nodes live, as far as it knows.   Thread: any.
  unsigned nodes_alive() const noexcept { return nodes_alive_.load(std::memory_order_acquire); }
  /// Has the head let a node go, which ends what it has within a time.   Shape: a head's alone.
  bool drain(rt::incarnation node, instant left) {
    return head_ != nullptr && head_->drain(node, left);
  }

  /// Takes no new work, has the head tell the others, and is over when nothing of others is left here, or
  /// when the time is up.   Shape: a node's alone.   Thread: any, also where nothing may be waited for.
  void leave_within(instant left) noexcept {
    leaves_within_.store(left, std::memory_order_relaxed);
    ready();
  }

  /// Why what needs the head fails just now; nothing while the head is there.   Thread: under the baton,
  /// or after the end.
  const std::optional<error_info>& without_head() const noexcept { return without_head_; }

  /// The most that was ever under way to one other process.   Units: bytes.   Thread: as `left_over`.
  std::size_t in_flight_most() const noexcept { return endpoint_.in_flight_most(); }

  /// What of other processes' is still here, or of its own elsewhere; empty where nothing is.
  std::string left_over() const;

  /// Ends its work, says goodbye, and ends its threads.   Shape: as `engine::shut_down`.
  std::string leave();

 private:
  // worker::attendant
  bool has_news() const noexcept override;
  void cancelled() noexcept override {
    sender_.cancelled();
    actors_.cancelled();
  }
  bool attend(deferred& later) override;
  instant due() const noexcept override;

  wire::node_entry describe();
  void begin_as_head();
  head::detached_orders orders_of_head();
  void take_view_of_head();
  void begin_as_node();
  void begin_as_member();
  void listen();
  void take_view(const node::membership::known_cluster& cluster);
  void lose_head(const std::optional<error_info>& why);
  void see_to_signs(instant now);
  void tell_health();
  void see_to_drain(instant now);
  void begin_to_leave();

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
  worker::remote_actors actors_;
  std::unique_ptr<node::lease_keeper> leases_;
  std::unique_ptr<node::membership_keeper> membership_;
  std::unique_ptr<head::head_keeper> head_;
  std::atomic<bool> ready_{false};
  std::atomic<bool> speaks_{true};
  std::atomic<bool> headless_{false};
  std::atomic<unsigned> nodes_alive_{0};
  std::optional<error_info> without_head_;
  /// Of a head's own view.
  std::uint64_t seen_version_ = 0;
  instant signs_at_ = never;
  wire::health_notice health_;
  instant drains_until_ = never;
  /// Asked for by another thread; never for nothing.
  std::atomic<instant> leaves_within_{never};
  bool told_joined_ = false;
  bool leaving_ = false;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::app
