#pragma once

#include <cstddef>
#include <cstdint>

#include "rt/core/address.hpp"
#include "rt/core/result.hpp"
#include "rt/transport/connection.hpp"
#include "rt/transport/frame.hpp"
#include "rt/transport/transport_events.hpp"

namespace rt {

/// What a transport's connections promise.
struct transport_traits {
  /// True: a connection may lose, double and reorder frames without a word, may be opened with nobody
  /// at its other end, and go on there for ever or with a process that has begun anew; the other side
  /// may hear of it with the first frame only. False: frames arrive in order and at most once, and a
  /// connection that loses one is closed, as is one whose other end is gone: a first part of the frames
  /// that were sent before has arrived, and nobody knows which.
  bool lossy = false;
  /// The largest frame. Units: bytes, header and payload together.
  std::size_t frame_bytes_max = 0;
};

/// What became of a frame that was to be sent.
enum class send_status : std::uint8_t {
  taken,  ///< it is on its way, as far as the transport's promise goes
  full,   ///< not taken, and nothing is on this connection until `writable`: as much waits as may
  too_large,      ///< not taken: beyond `frame_bytes_max`
  no_connection,  ///< not taken: there is no open connection of that number
};

/// Moves frames between processes: what a backend implements.
///
/// A **connection** joins two processes and moves frames, whole and unchanged, both ways; what may
/// happen to them `traits` says. No transport knows what a frame holds. Order between connections
/// there is none.
///
/// Ending is in three steps: `close` of each connection begins it, `stop` waits for what is on its
/// way, the destructor frees and never waits. Of a process that ends without the first two others see
/// `lost`, never `left`.
///
/// An implementation must never: block in any function but `stop`; throw; start a thread that calls
/// `transport_events`; call `transport_events` outside `poll`; keep a pointer into what `send` was
/// given beyond the payload that the keeper holds; let a keeper go outside a call made to it, or hold
/// one of a frame that it did not take or after `stop`; split a frame or join two; deliver a frame on
/// another connection than the one it was sent on; trust a length that came from the other side.
/// Thread: one at a time calls it, not always the same; `wake` may be called by any, at any time.
/// Owner: whoever composes a runtime; it outlives its connections and everything that hears of
/// them.
class transport {
 public:
  virtual ~transport() = default;

  virtual transport_traits traits() const noexcept = 0;

  /// Begins to take connections at that address.
  /// Shape: the address as others reach it; a port or place left open (0) is filled in.
  /// Errors: `errc::config` for an address that this transport does not understand, or that is taken, or
  /// after `stop`.
  virtual result<address> listen(const address& at) = 0;

  /// Begins to make a connection. Shape: its number, at once; `opened` or `closed` follows.
  /// Errors: `errc::config` for an address that it does not understand, or after `stop`. Not an error:
  /// nobody there.
  virtual result<connection_id> connect(const address& to) = 0;

  /// Hands a frame over. Frames may be sent from `opened` or `accepted` on, until `close` is called or
  /// `closed` is told; what a connection takes that has broken in between is lost.
  virtual send_status send(connection_id connection, const outgoing_frame& frame) = 0;

  /// Begins to end a connection: what was taken is still sent, what comes is dropped; `closed` follows.
  /// A number that names no connection is let pass: the other side may have been first.
  virtual void close(connection_id connection) = 0;

  /// Moves what can be moved without waiting, and tells what has happened.
  /// Shape: whether there is more to do at once. At most `frames_max` calls of `received`.
  virtual bool poll(transport_events& events, unsigned frames_max) = 0;

  /// Returns a descriptor that can be read when `poll` has something to do, to be slept on; -1 where
  /// there is none, and then `poll` is called when the environment's alarm says so.
  virtual int wait_handle() const noexcept = 0;

  /// Ends a sleep on the descriptor. Thread: any.
  virtual void wake() noexcept = 0;

  /// Closes every connection and waits, at most `linger_ms`, for what was taken to leave. From then on
  /// nothing is told, also not `closed`, and nothing is taken.
  virtual void stop(unsigned linger_ms) = 0;
};

}  // namespace rt
