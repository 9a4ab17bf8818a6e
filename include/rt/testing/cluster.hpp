#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "rt/config.hpp"
#include "rt/sim.hpp"

namespace rt::testing {
class cluster;
}  // namespace rt::testing
namespace rt::sim {
struct cluster_harm;
void befall(testing::cluster& harmed, const cluster_harm& chosen);
}  // namespace rt::sim

/// Whole clusters within one thread, in virtual time, from a seed, with faults; for tests of
/// programs. Component `sim`.
namespace rt::testing {

/// How the simulated network treats what is sent.
enum class links : std::uint8_t {
  by_seed,   ///< one of the other two
  reliable,  ///< as TCP: in order, but a connection may break
  lossy,     ///< loses, doubles and reorders
};

/// Says what a cluster is made of, and what happens to it by itself.
struct cluster_options {
  /// Chooses every delay, fault and order that the program does not choose itself.
  std::uint64_t seed = 0;
  /// Nodes beside the head, which runs no user code; numbered from 1.
  unsigned nodes = 2;
  /// Of each node; with 2 CPUs where `num_cpus` is absent.
  rt::config node = {};
  /// Of the driver, which has no CPUs of its own unless it says so.
  rt::config driver = {};
  testing::links links = testing::links::by_seed;
  /// Has the program begin once all nodes have joined; else at once, and there may be no head yet.
  bool waits_for_nodes = true;
  /// Has a head that begins anew find what it had written; else it begins another cluster.
  bool head_keeps_log = true;
  /// Has the seed choose faults for head, nodes, driver and network, and rarer ways within the runtime, until
  /// `healed_after`; one run in ten has none.
  bool faults = false;
  std::chrono::nanoseconds healed_after = std::chrono::seconds(2);
  /// How long the program and its tasks may take by themselves after the harm. Who then waits longer than the
  /// runtime promises (twice its death timeout and longest pause) hangs, and the run fails.
  std::chrono::nanoseconds own_time = std::chrono::minutes(1);
  /// How much may be under way from one process to another, unacknowledged; what comes beyond it waits where
  /// it was made.   Units: bytes.
  std::size_t in_flight_bytes_max = std::size_t{64} << 20;
  /// A run with more steps fails as one that never ends.
  std::uint64_t steps_max = 50'000'000;
  /// Hears of each step, one line each.
  std::function<void(std::string_view)> watch = {};
};

/// What a process has said and heard.
struct traffic {
  std::uint64_t frames_sent = 0;
  std::uint64_t frames_received = 0;
};

/// A head, its nodes, and a driver: the program that is handed to `run`.
///
/// Each process has its own runtime; what they say to each other goes through bytes and a simulated
/// network. A process is named by its number: 0 the head, from 1 the nodes.
/// Thread: one at a time in a process, as `rt::sim::run`; its functions are called by the program.
class cluster {
 public:
  explicit cluster(cluster_options options);
  cluster(const cluster&) = delete;
  cluster& operator=(const cluster&) = delete;
  ~cluster();

  /// Starts all processes, calls `program` as the driver once its nodes have joined, and ends them.
  /// Shape: once. The run fails as `rt::sim::run`'s does, and if anything is left in a table of a
  /// process that lived to the end.
  rt::sim::report run(const std::function<void(cluster&)>& program);

  /// Ends a process without a word. Of `driver()` it does not return: the program ends there, and the run
  /// succeeds if nothing of it is left in the others.
  void kill(unsigned process);
  /// Ends one with its machine: of what its disk had not synced any part may be lost.
  void lose_power(unsigned process);
  /// Begins one anew that was killed, as a new incarnation at the same address.
  void start(unsigned process);
  /// Stops a process for a while, as SIGSTOP does.
  void pause(unsigned process);
  void resume(unsigned process);
  /// Has the head let a node go: it takes no new work, ends what it has, and leaves; within a time.
  /// Shape: false where the head knows no such node. One that has left can be started again.
  bool drain(unsigned process, std::chrono::nanoseconds within);
  /// Keeps two processes from reaching one another; the driver is `driver()`.
  void partition(unsigned one, unsigned other);
  /// Has nothing that one says reach the other, which it still hears.
  void partition_one_way(unsigned from, unsigned to);
  void isolate(unsigned process);
  /// Has nothing leave in that direction for so long; then all that was said does.
  void clog(unsigned from, unsigned to, std::chrono::nanoseconds length);
  /// Ends partitions, isolations and clogs.
  void heal();
  /// Says whether the disk that the head writes its log to has no room; the head waits for it.
  void set_head_disk_full(bool full);
  /// Has each operation of that disk take so much longer.
  void set_head_disk_slow(std::chrono::nanoseconds more);

  /// Does the seed have anything befall it? Then tasks may fail with what a fault gives.
  bool is_harmed() const noexcept;
  unsigned nodes() const noexcept;
  /// The driver's own number.
  unsigned driver() const noexcept;
  /// Counts what a process has said and heard so far, in all its lives.
  traffic traffic_of(unsigned process) const;
  /// Waits, in virtual time, until that many nodes are alive in the driver's view.
  /// Shape: false if they are not within `limit`.
  bool wait_for_nodes(unsigned count, std::chrono::nanoseconds limit = std::chrono::seconds(60));

 private:
  friend void sim::befall(cluster& harmed, const sim::cluster_harm& chosen);

  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace rt::testing
