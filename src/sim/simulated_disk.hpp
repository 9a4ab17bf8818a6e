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
#include "sim/disk_names.hpp"
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

/// What a loss of power does to what was not synced.
enum class power_loss : std::uint8_t {
  by_chance,
  takes_all,    ///< of bytes and of names
  tears,        ///< names stay, the bytes are there in part and end in garbage
  takes_names,  ///< the bytes stay
  takes_none,
};

enum class disk_operation : std::uint8_t { read, append, replace, remove, sync };

/// The disk of one machine: it outlives the processes that write to it, but for what a loss of power takes.
///
/// When a process ends, what it had begun and what has not happened yet does not happen; what it had
/// appended stays, synced or not. When power is lost, of what was not synced any first part stays, and
/// the end of that may be garbage; of the changes of names any first ones; no process of that machine
/// goes on.
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
  void lose_power(power_loss how = power_loss::by_chance);

  /// Is there no room for what is appended?
  void set_full(bool full) noexcept { full_ = full; }
  /// What everything takes besides.
  void set_slow(std::chrono::nanoseconds more) noexcept { slow_ = more; }

  /// Tells of each operation once it has happened, and before who began it hears of that.
  void watch(std::function<void(disk_operation)> hears) { hears_ = std::move(hears); }

  /// Returns what a file holds, synced or not; nothing where there is none.
  std::vector<std::byte> content(const std::string& file) const;
  bool exists(const std::string& file) const { return names_.find(file) != nullptr; }
  /// Changes one byte that is there.
  void damage(const std::string& file, std::uint64_t at);

 private:
  class attached;

  instant duration(std::chrono::nanoseconds more);
  void tear(disk_file& one, power_loss how);
  void happened(disk_operation what) const {
    if (hears_) hears_(what);
  }

  timeline& time_;
  disk_options with_;
  random_stream delays_;
  random_stream losses_;
  disk_names names_;
  std::function<void(disk_operation)> hears_;
  std::shared_ptr<bool> power_ = std::make_shared<bool>(true);
  std::chrono::nanoseconds slow_{};
  bool full_ = false;
};

}  // namespace rt::sim
