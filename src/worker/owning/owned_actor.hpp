#pragma once

#include "worker/owning/effects.hpp"

#include <rt/core/environment.hpp>

#include <cstdint>
#include <vector>

namespace rt::worker::owning {
inline namespace RT_LANE_VARIANT {

/// How an actor is owned.
struct owned_options {
  /// How often it may be built again.   Shape: -1 for any number of times.
  std::int64_t max_restarts = 0;
  /// Named: the head is asked before each life, and told of it.
  bool registered = false;
  /// Detached, and so the head's: it mints the epochs, counts the restarts and has the last word on
  /// deaths, and this process, its own, only does what it says.
  bool for_head = false;
};

/// An actor as its owner knows it.
struct owned_actor {
  enum class state : std::uint8_t {
    registering,  ///< the head was asked
    placing,      ///< a place was asked for
    creating,     ///< its constructor was asked for
    alive,
    ending,   ///< its host was told to end it, and has not said that it has
    waiting,  ///< for the head's word: `for_head`
    dead,
  };
  /// Someone waits for another life than this, or for its death.
  struct question {
    session_number from{};
    request_number request{};
    epoch_number not_epoch{};
  };

  /// Someone waits for the end of one that is the head's.
  struct killer {
    session_number from{};
    request_number request{};
  };

  owned_options options;
  state is = state::registering;
  epoch_number epoch{};   ///< Of this life, or of the one that is to begin.
  epoch_number lived{};   ///< The last in which it was alive.
  session_number host{};  ///< Where it is being created, lives, or ends.
  slot_place place;
  bool restart_after = false;           ///< of one that is ending: another life is to begin then
  bool after_calls = false;             ///< of one that is ending: it may finish its calls
  death_cause why = death_cause::none;  ///< of the last end, or of that which is on its way
  bool has_handles = true;              ///< of a `for_head` one: the head has not dismissed it
  bool is_over = false;  ///< of one that waits for the head's word: it is to have no other life
  std::uint64_t restarts = 0;
  std::vector<instant> recent_restarts;  ///< those within the window, the first first
  std::vector<question> questions;
  std::vector<killer> killers;
  std::vector<session_number> interested;  ///< have asked before, in order

  bool has_host() const noexcept {
    return is == state::creating || is == state::alive || is == state::ending;
  }
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::owning
