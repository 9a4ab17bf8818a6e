#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rt/core/amount.hpp"
#include "rt/core/byte_count.hpp"
#include "rt/core/count.hpp"
#include "rt/core/resource_set.hpp"
#include "rt/core/time_limit.hpp"

namespace rt {

/// Names the part of a cluster that this process is.
enum class role : std::uint8_t {
  local,   ///< Everything in this process, no network.
  head,    ///< The cluster's control plane, and a node with this machine's resources beside it.
  worker,  ///< One more node.
  driver,  ///< Runs the driver against a cluster, then leaves.
};

/// Names how far a call is sent; for tests, which run everything at each distance.
enum class distance : std::uint8_t {
  local,    ///< Within the process values are handed over as they are.
  process,  ///< Every call goes through bytes, as if to another process.
};

std::string_view to_string(role value) noexcept;
std::string_view to_string(distance value) noexcept;

/// Says what a runtime is and has; each member is also a flag and a variable (`docs/flags.md`).
struct config {
  rt::role role = rt::role::local;
  /// Where the head is, for all of its cluster; a head takes port 0 for any that is free. The default is
  /// `default_address`.
  std::string address = {};
  /// Logical CPUs; as many as the process may run on where absent.
  std::optional<amount> num_cpus = {};
  amount num_gpus = 0;
  /// Logical memory; the machine's where absent.   Units: bytes.
  std::optional<byte_count> memory = {};
  resource_set resources = {};
  /// Tells whether a driver's thread may run tasks in place while it waits.
  bool driver_executes = true;
  /// Tasks that may be queued: beyond it a driver's `remote` helps until there is room, inside a task
  /// it throws `pending_calls_limit_error`.
  count max_queued_tasks = 10'000'000;
  /// How long a driver's work has after the driver returned, before it is cancelled.
  time_limit shutdown_timeout = std::chrono::seconds(10);
  /// How long a task that no node could ever run waits before it fails.
  time_limit unschedulable_timeout = std::chrono::minutes(10);
  /// How long no head may be heard before what needs one fails with `cluster_unavailable_error`.
  time_limit head_timeout = std::chrono::seconds(60);
  /// A head's: how long a process may not be heard before it counts as dead.
  time_limit node_timeout = std::chrono::seconds(10);
  /// A file with the cluster's secret, 64 hexadecimal digits; a second line may hold one more that is
  /// taken from others. Else the one that a head on this machine has left in the user's runtime folder.
  std::string secret_file = {};
  /// Has the cluster speak without protection: whoever reaches a port may have its processes do anything.
  bool insecure = false;
  /// A head writes its port there as soon as it takes connections.
  std::string port_file = {};
  rt::distance distance = rt::distance::local;
};

/// Where a head is looked for, and takes connections, where nothing is said.
inline constexpr std::string_view default_address = "tcp://127.0.0.1:6380";

/// Checks that every member has a meaning.   Errors: `config_error` naming the first that has none.
void validate(const config& options);

}  // namespace rt
