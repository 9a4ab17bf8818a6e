#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "sim/link.hpp"
#include "sim/network_ground.hpp"
#include "sim/simulated_transport.hpp"

namespace rt::sim {

/// The network of a world of simulated processes: it moves their frames in virtual time, and does them
/// harm by a seed.
///
/// It knows no fibers and no loop: it asks its timeline for the time and has its events happen there, and
/// calls a process's hook when something has come for it. Everything that happens follows from the
/// seed, the options and the calls, in their order.
/// Thread: that of the timeline.   Owner: it outlives its transports, and the timeline outlives it.
class network {
 public:
  network(timeline& time, network_options options);
  ~network();
  network(const network&) = delete;
  network& operator=(const network&) = delete;

  /// Gives an incarnation of a process its transport.
  /// Shape: the one before has died, been stopped, or ended. `ready` is called when the transport has
  /// something to do, and then not again until its `poll`; it notes that, and calls nothing of the network.
  std::unique_ptr<simulated_transport> attach(process_number process, std::function<void()> ready);

  // Faults. Those of paths last until `heal`.

  /// Keeps two processes from reaching one another.
  void partition(process_number a, process_number b);
  /// Keeps one process from reaching another, which reaches it still.
  void partition_one_way(process_number from, process_number to);
  /// Keeps a process from all others.
  void isolate(process_number alone);
  /// Has nothing leave in one direction for a while; what was late comes all together.
  void clog(process_number from, process_number to, std::chrono::nanoseconds length);
  /// Ends partitions, isolations and clogs. What waited in streams comes now.
  void heal();
  /// Stops a process, as SIGSTOP does: its hook is not called, its `poll` tells nothing, and what comes
  /// for it waits. That its own logic and its timers rest too is for whoever drives it.
  void pause(process_number process);
  void resume(process_number process);
  /// Ends a process without a word. What it had sent arrives or not; streams are lost at their other ends at
  /// once or after a silence, by the seed; lossy connections go on. Its transport is stopped.
  void crash(process_number process);
  /// Breaks a stream, named by either end. What is on its way arrives in part.
  void reset(connection_id connection);
  /// Changes how often harm comes to frames.
  void set_harm(const harm_rates& rates) noexcept { ground_.harm = rates; }

  bool paused(process_number process) const noexcept;
  const network_counts& counts() const noexcept { return ground_.counts; }
  process_traffic traffic_of(process_number process) const;
  /// Sums up what the processes were told, and when: equal for equal runs, with any compiler.
  std::uint64_t hash() const noexcept { return ground_.trace.value(); }
  /// Counts the connections that are not over at both ends.
  std::size_t connections() const noexcept { return ground_.links.size(); }

  // For its transports.
  network_ground& ground() noexcept { return ground_; }
  result<address> listen(simulated_transport& listener, const address& at);
  void stop_listening(const simulated_transport& listener);
  result<std::shared_ptr<link>> connect(simulated_transport& asker, const address& to);
  void detach(const simulated_transport& gone);
  process_traffic& traffic_for(process_number process) { return traffic_[process]; }

 private:
  using process_pair = std::pair<process_number, process_number>;

  void for_each_link(const std::function<void(link&)>& what);
  void watch_those_cut();

  network_ground ground_;
  std::map<process_number, simulated_transport*> processes_;
  std::map<process_number, std::uint32_t> last_ports_;
  std::map<process_pair, std::uint64_t> connects_;
  std::map<process_number, process_traffic> traffic_;
  std::uint64_t links_made_ = 0;
};

}  // namespace rt::sim
