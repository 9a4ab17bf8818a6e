#pragma once

#include <optional>

#include <zmq.hpp>

namespace rt::zmq {

/// What has become of a socket's connections.
struct socket_event {
  int what = 0;   ///< one of ZMQ_EVENT_...
  int value = 0;  ///< a descriptor or a reason
};

/// Hears what ZeroMQ says of one socket's connections.
/// Thread: one at a time.   Owner: of what it hears with; it ends before the socket.
class monitor {
 public:
  /// `wanted` are ZMQ_EVENT_... (Where broken rules are wanted ZeroMQ 4.3.4 loses, while it tells of one, why it
  /// was going to hang up, and does not: the connection stands still until its time is over.)
  monitor(::zmq::context_t& around, ::zmq::socket_t& of, int wanted);

  /// Returns the next of what has happened.
  std::optional<socket_event> next();

  /// Readable once for each change; then `next` is to be taken until there is none.
  int descriptor() const { return heard_.get(::zmq::sockopt::fd); }

 private:
  ::zmq::socket_t heard_;
};

}  // namespace rt::zmq
