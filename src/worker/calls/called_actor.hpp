#pragma once

#include "worker/calls/call_queue.hpp"

#include <rt/core/environment.hpp>

#include <optional>

namespace rt::worker::calls {
inline namespace RT_LANE_VARIANT {

/// How an actor is, as its owner has said.
struct told_standing {
  enum class kind : std::uint8_t { coming, alive, dead } what = kind::coming;
  /// In which it lives; where it is coming or dead, the last in which it lived, or none.
  epoch_number epoch{};
  session_number at{};  ///< Where it lives, if it does.
};

/// An actor of which this process has a handle, and the calls of it that are made here.
struct called_actor {
  std::optional<session_number> owner;  ///< None of a detached one while there is no head.
  bool detached = false;
  actor_view view = actor_view::unknown;
  /// The newest that is known: of it alone answers count. It lives, lived, or was missed in it.
  epoch_number epoch{};
  session_number at{};       ///< Where it lives in it, or lived: what is sent was sent there.
  bool asked = false;        ///< The owner has a question of this process.
  bool owner_died = false;   ///< That is why it is dead.
  instant missed_since = 0;  ///< What is missed, or unknown while calls wait, is so since then.
  /// Since when it has no owner that could be asked, and calls wait for that.
  instant unowned_since = never;
  call_queue calls;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::calls
