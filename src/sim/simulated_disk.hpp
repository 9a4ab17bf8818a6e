#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "rt/core/storage.hpp"
#include "sim/random_stream.hpp"
#include "sim/timeline.hpp"

namespace rt::sim {

/// How a simulated disk behaves.
struct disk_options {
  std::uint64_t seed = 0;
  /// What is begun takes at least this, and up to twice `delay_mean` less it.
  std::chrono::nanoseconds delay_min = std::chrono::microseconds(10);
  std::chrono::nanoseconds delay_mean = std::chrono::microseconds(100);
  /// What a sync takes besides.
  std::chrono::nanoseconds sync_mean = std::chrono::microseconds(500);
};

/// The disk of one machine: it outlives the processes that write to it, but for what a loss of power takes.
///
/// When a process ends, what it had begun and what has not happened yet does not happen; what it had
/// appended stays, synced or not. When power is lost, of what was not synced any first part stays, and
/// the end of that may be garbage; no process of that machine goes on.
/// Thread: that of the timeline.   Owner: it outlives what was attached, and the timeline outlives it.
class simulated_disk {
 public:
  simulated_disk(timeline& time, const disk_options& with);
  ~simulated_disk();
  simulated_disk(const simulated_disk&) = delete;
  simulated_disk& operator=(const simulated_disk&) = delete;

  /// Gives a process its way to the disk; it ends with what is returned.
  /// Shape: `ready` is called when something is done; it notes that, and calls nothing of the disk.
  std::unique_ptr<storage> attach(std::function<void()> ready);

  /// Nothing that is under way happens any more, and whoever is attached is told nothing from here on.
  void lose_power();

  /// Is there no room for what is appended?
  void set_full(bool full) noexcept { full_ = full; }
  /// What everything takes besides.
  void set_slow(std::chrono::nanoseconds more) noexcept { slow_ = more; }

  /// Returns what a file holds, synced or not; nothing where there is none.
  std::vector<std::byte> content(const std::string& file) const;
  /// Changes one byte that is there.
  void damage(const std::string& file, std::uint64_t at);

 private:
  class attached;
  struct file {
    std::vector<std::byte> content;
    std::vector<std::byte> synced;
    /// How much of what was synced is still as it was: less after a cut.
    std::uint64_t unchanged = 0;
  };

  instant duration(std::chrono::nanoseconds more);
  void tear(file& one);

  timeline& time_;
  disk_options with_;
  random_stream delays_;
  random_stream losses_;
  std::map<std::string, file> files_;
  std::shared_ptr<bool> power_ = std::make_shared<bool>(true);
  std::chrono::nanoseconds slow_{};
  bool full_ = false;
};

}  // namespace rt::sim
