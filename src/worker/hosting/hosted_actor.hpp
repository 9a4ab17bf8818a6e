#pragma once

#include "worker/hosting/caller_queue.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace rt::worker::hosting {
inline namespace RT_LANE_VARIANT {

struct actor_options {
  /// Calls that run at a time.
  std::uint32_t calls_max = 1;
  /// Outlives its owner.
  bool detached = false;
};

/// A call at its place in its caller's order.
struct placed_call {
  session_number caller{};
  call_seq seq{};
  attempt_name call;
};

/// A call that has begun and not returned.
struct running_call {
  placed_call what;
  bool silent = false;  ///< it was answered already, or nobody waits for it
};

/// One life of an actor in this process.
struct hosted_actor {
  enum class state : std::uint8_t {
    building,  ///< its constructor runs, and somebody may wait for it
    alive,
    finishing,  ///< it ends when no call of it is left
    ended,      ///< for everybody else it is gone, but something of it runs still
  };
  /// Who waits for the constructor.
  struct asker {
    session_number session{};
    request_number request{};
  };

  actor_options options;
  std::optional<session_number> owner;
  state is = state::building;
  bool constructing = true;   ///< the constructor runs
  bool finish_asked = false;  ///< while it was being built
  std::optional<asker> asked;
  std::map<session_number, caller_queue> callers;
  std::uint64_t arrivals = 0;  ///< counts what has come, of all callers
  std::vector<running_call> running;

  bool lives() const noexcept { return is != state::ended; }
  bool has_waiting() const noexcept {
    for (const auto& [caller, queue] : callers) {
      if (!queue.empty()) return true;
    }
    return false;
  }
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::hosting
