#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include <zmq.hpp>

#include "net/place.hpp"
#include "zmq/monitor.hpp"
#include "zmq/sockets.hpp"

namespace rt::zmq {

/// What has become of a call.
enum class call_fate : std::uint8_t {
  going_on,
  unreachable,  ///< nobody has answered
  refused,  ///< somebody has, who does not know the secret or does not believe that this side does
  misused,  ///< what has answered does not speak ZeroMQ
  lost,     ///< it had begun, and broke
};

/// The calling end of one connection: a socket of its own, so that it can be ended alone, which never connects a
/// second time, so that what it loses is seen.
/// Thread: one at a time.   Owner: of its sockets.
class call {
 public:
  call(const surroundings& of, std::uint64_t key) : around_(of), key_(key) {}

  /// Is to call these, in this order, each with every secret.
  void set_places(const std::vector<net::place>& places);

  /// Calls the next of them, and has that said first.   Shape: false if there is none left.
  bool next(const ::zmq::message_t& greeting);

  /// Shape: false if nobody is there to take it.
  bool send(::zmq::message_t& message);
  std::optional<::zmq::message_t> receive();
  bool has_more() { return socket_ && zmq::has_more(socket_); }

  /// Says what has become of it; what had come before that can still be received.
  call_fate look();

  /// Ends it; what it has been handed has so much time to leave.
  void end(int linger_ms);

 private:
  struct attempt {
    net::place at;
    std::size_t key;  // of those there are
  };

  void begin(const attempt& how, const ::zmq::message_t& greeting);

  const surroundings& around_;
  const std::uint64_t key_;
  std::deque<attempt> left_;
  ::zmq::socket_t socket_;
  std::optional<monitor> heard_;
  call_fate fate_ = call_fate::going_on;
};

}  // namespace rt::zmq
