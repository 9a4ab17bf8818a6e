#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <zmq.hpp>

#include "zmq/keys.hpp"

namespace rt::zmq {

/// Says who may speak to what this process listens on: ZeroMQ's authenticator, run within `poll`.
///
/// Fails closed: whom it lets in it gives a name that is made anew for each transport, and a message without
/// that name is nobody's. (A CURVE server without an authenticator lets everybody in, whatever the key.)
/// Thread: one at a time.
class doorkeeper {
 public:
  /// Without keys everybody may speak who speaks bare.
  doorkeeper(::zmq::context_t& around, std::span<const cluster_keys> believed);

  /// The name in a socket's options by which ZeroMQ knows that it is asked.
  static constexpr const char* domain = "roundtrip";

  int descriptor() const { return asked_.get(::zmq::sockopt::fd); }

  /// Answers those who ask.
  void answer();

  /// Whether a message comes from one that was let in.
  bool let_in(const ::zmq::message_t& message) const;

 private:
  bool believes(const std::vector<::zmq::message_t>& request) const;

  ::zmq::socket_t asked_;
  std::string name_;
  std::vector<std::string> believed_;  // callers' open keys, as bytes
};

}  // namespace rt::zmq
