#pragma once

#include <cstddef>
#include <span>

#include <zmq.hpp>

#include "net/poller.hpp"
#include "rt/transport/zmq.hpp"
#include "zmq/keys.hpp"

namespace rt::zmq {

/// What all sockets of a transport share. Owner: the transport.
struct surroundings {
  const options& limits;
  ::zmq::context_t& context;
  net::poller& watched;
  std::span<const cluster_keys> keys;  ///< none: bare
};

/// Sets what holds for those that call and those that are called.
/// Errors: throws ZeroMQ's own, as all that makes sockets does.
void prepare(::zmq::socket_t& socket, const options& limits, bool six);

/// Whether something can be taken from a socket.   Shape: also sees what has happened to it, so that its
/// descriptor tells of what happens next.
bool has_more(::zmq::socket_t& socket);

/// Hands a message over, without waiting.   Shape: false if nobody is there to take it.
bool hand_over(::zmq::socket_t& socket, ::zmq::message_t& message, bool more_follows = false);

}  // namespace rt::zmq
