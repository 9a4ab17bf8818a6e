#pragma once

#include "core/class_name.hpp"
#include "lane/mailbox.hpp"
#include "lane/spin_lock.hpp"

#include <rt/core/ids.hpp>
#include <rt/core/resource_set.hpp>
#include <rt/detail/actor_core.hpp>
#include <rt/detail/cell.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

struct actor_state;
class hosted_listener;

struct stall_hook : detail::continuation {
  actor_state* actor;
};

/// What lies in a class queue for an actor that has calls to run.
struct activation_cell : detail::cell {
  activation_cell(const detail::cell_type& type, std::uint32_t runtime, actor_state& whose) noexcept
      : cell(type, detail::engine_reference, detail::phase::ready, runtime), actor(&whose) {}
  actor_state* actor;
};

/// The engine's part of an actor.
///
/// `word` says whether an activation lies in a queue, whether the first call waits for its arguments,
/// whether the object is being made, whether the actor is dead, and in its upper bits how many threads
/// run its calls. *Queued* and
/// *running* are apart, since a waiter may run the calls while the activation is still queued; a stale
/// activation holds a reference and finds nothing to do.
struct actor_state final : detail::actor_core {
  static constexpr std::uint32_t queued = 1;
  static constexpr std::uint32_t stalled = 2;
  static constexpr std::uint32_t dead = 4;
  static constexpr std::uint32_t destroyed = 8;
  /// The constructor runs and others could run beside it: no call starts before it has ended.
  static constexpr std::uint32_t constructing = 16;
  /// The first call cannot start yet, and whoever clears the bit looks after it.
  static constexpr std::uint32_t held_up = stalled | constructing;
  static constexpr std::uint32_t runner = 256;

  actor_state(const detail::actor_type& type, std::uint32_t runtime, environment& world,
              const detail::cell_type& activation_type)
      : actor_core(type, runtime), lock(world), activation(activation_type, runtime, *this) {
    free = [](detail::actor_core& core) noexcept { delete static_cast<actor_state*>(&core); };
  }

  /// Returns what messages call it: class, name if it has one, and id if that was asked for.
  std::string told() const {
    return "the actor " + (name.empty() ? std::string() : name + " ") + "of class " +
           detail::class_name(*type->info) + (id ? " (" + to_string(id) + ")" : std::string());
  }

  lane::mailbox mailbox;
  lane::atomic<std::uint32_t> word{0};
  lane::spin_lock lock;
  // All below is guarded by `lock`, except where it is constant.

  /// Calls taken out of the mailbox, the oldest first.
  detail::cell* front = nullptr;
  /// Calls that run now, or wait as coroutines; `kill` completes them.
  std::vector<detail::cell*> running;
  /// Why it is dead, for what calls fail with; empty where only its last handle is gone.
  std::string death;

  std::uint32_t concurrency = 1;
  /// Calls that may wait; negative for no limit.
  std::int64_t pending_max = -1;
  lane::atomic<std::int64_t> pending{0};
  std::string name;
  /// Where its name is looked up: a namespace, or that of a job.
  std::string space;
  job_id name_job;
  actor_id id;
  /// The shape whose resources it holds for life; 0 for none.
  std::uint32_t holds = 0;
  bool placed = false;
  /// Its calls need no seat to run: it holds CPUs of its own, or has its place from another process,
  /// which has counted it there.
  bool seatless = false;

  /// Methods that have waited and may go on; they come before calls.
  lane::mailbox woken;
  /// Taken out of `woken`, the oldest first.
  detail::cell* woken_front = nullptr;
  /// Methods that have waited and have not ended; the object stays until they have.
  std::uint32_t suspended = 0;
  /// The actor's own end, put off while there are such.
  detail::cell* ending = nullptr;

  /// Hung on the argument that the first call waits for.
  stall_hook stall{{}, this};
  /// What is expected of its calls. Units: nanoseconds.
  lane::atomic<std::uint32_t> expected_ns{100'000};

  /// It lives in another process, to which its calls are sent: nothing of it runs here.
  bool elsewhere = false;
  /// It is the head's, whichever that is: nothing is kept alive by handles, and its id says only who has
  /// spawned it.
  bool detached = false;
  /// Other processes have handles of it, or had: its last handle here is not its end.
  lane::atomic<bool> known{false};
  /// Hears of one that other processes call; null for one that none does.
  hosted_listener* host = nullptr;
  /// Of one that lives elsewhere: where its owner is reached; empty where that is this process.
  std::string owner_address;
  /// Of an own one that lives elsewhere: what it keeps for life, and how often it is built again.
  resource_set demand;
  std::int64_t max_restarts = 0;

  // Links of the engine's list of all actors.
  actor_state* next = nullptr;
  actor_state* previous = nullptr;

  /// Its reference is the actor's own.
  activation_cell activation;
};

inline actor_state& state_of(detail::actor_core& core) noexcept {
  return static_cast<actor_state&>(core);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
