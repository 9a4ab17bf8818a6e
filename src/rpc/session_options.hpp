#pragma once

#include <cstddef>

#include "rt/core/environment.hpp"

namespace rt::rpc {

/// Limits and times of sessions, each by its name.   Units: bytes; nanoseconds.
struct session_options {
  static constexpr instant ms = 1'000'000;

  /// What the other side has not acknowledged; beyond it a session is full.
  std::size_t in_flight_bytes_max = std::size_t{64} << 20;
  /// Frames that came before those in front of them, over a transport that reorders.
  std::size_t early_bytes_max = std::size_t{64} << 20;
  std::size_t early_frames_max = 4096;

  /// An acknowledgement leaves by itself when nothing else has left for so long.
  instant acknowledged_within = 5 * ms;
  /// Over a transport that loses nothing an acknowledgement only has the other side keep less: it has so
  /// long, to ride on a frame that leaves anyway, unless this much has come without one.
  instant acknowledged_lazily_within = 1'000 * ms;
  std::size_t unacknowledged_bytes_max = std::size_t{64} << 10;
  /// Over a lossy transport: what is not acknowledged is sent again after so long, then after twice that;
  /// once acknowledgements have been measured, after what they take, within limits.
  instant resent_after = 100 * ms;
  instant resent_after_min = 20 * ms;
  instant resent_after_max = 2'000 * ms;
  /// Frames sent again at once, the oldest first.
  unsigned resent_frames_max = 16;

  /// A connection on which something waits for an answer and nothing has come is given up after so long.
  instant silence_max = 5'000 * ms;
  /// On a connection on which nothing has come for so long, and nothing waits, who made it says something
  /// that is to be acknowledged, since the other side may have given it up and cannot make another; and that
  /// one after twice as long, since the first may be gone.
  instant keep_alive_after = 10'000 * ms;
  /// The other side of a greeting has so long to answer.
  instant greeted_within = 1'000 * ms;
  /// Connections that have not greeted yet.
  unsigned ungreeted_max = 64;
  /// Sessions of one process; who greets beyond them is told to come later.
  std::size_t sessions_max = 16 * 1024;
  /// Strangers and what they send are told of in one line for all within so long.
  instant strangers_logged_every = 1'000 * ms;
  /// A lost connection is made again after so long, then after twice that, up to a limit; each time by
  /// chance up to half as long again.
  instant reconnected_after = 20 * ms;
  instant reconnected_after_max = 2'000 * ms;
  /// A session without a connection ends after so long.
  instant ended_after = 30'000 * ms;
};

}  // namespace rt::rpc
