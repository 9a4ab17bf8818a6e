#pragma once

#include <string>
#include <vector>

#include <zmq.hpp>

#include "rt/transport/secret.hpp"

namespace rt::zmq {

/// A pair of CURVE keys, as ZeroMQ writes them.
struct key_pair {
  std::string own;
  std::string open;
};

/// The keys of who calls and of who is called, derived from a secret: whoever knows it knows both.
struct cluster_keys {
  key_pair caller;
  key_pair called;

  explicit cluster_keys(const secret& from);
};

/// Has a socket prove with these that it may call, and believe only who proves that it may be called.
void protect_caller(::zmq::socket_t& socket, const cluster_keys& keys);
/// Has a socket prove with these that it may be called. Whom it believes the doorkeeper says.
void protect_called(::zmq::socket_t& socket, const cluster_keys& keys);

}  // namespace rt::zmq
