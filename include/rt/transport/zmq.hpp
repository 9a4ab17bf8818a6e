#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "rt/transport/secret.hpp"
#include "rt/transport/transport.hpp"

namespace rt::zmq {

/// What bounds and protects a ZeroMQ transport.
struct options {
  /// With any, all is protected by CURVE: of callers all are believed, the first is what this side is believed
  /// by when it is called, and when it calls it tries each. Who has none of them is refused. Without, bytes
  /// are bare.
  std::vector<secret> secrets = {};
  /// The largest frame. Units: bytes.
  std::size_t frame_bytes_max = std::size_t{8} << 20;
  /// How much may be on its way on one connection, until the other side's `poll` has given it; the last frame
  /// may pass it. The smaller one of the two sides' holds. Units: bytes, and 64 for each frame.
  std::size_t window_bytes_max = std::size_t{4} << 20;
  /// How many connections that others have made may be open; one more is refused.
  std::size_t accepted_max = 16'384;
  /// How long a connection may take to open, whoever asked for it.
  unsigned opening_ms_max = 5'000;
  /// How long the other side may take nothing, while something waits for it, or its machine be silent, before
  /// it counts as gone; also how long a connection that is being closed waits for the other side's end.
  unsigned silence_ms_max = 30'000;
};

/// Returns a transport for addresses `zmq://host:port`, over one ZeroMQ connection each; reliable.
///
/// ZeroMQ moves the bytes on a thread of its own, and frees its sockets on another; they call nothing here.
/// Errors: besides those of the contract: `listen` takes hosts in numbers and `localhost` alone, since
/// looking a name up has to be waited for.
std::unique_ptr<rt::transport> make_transport(const options& limits = {});

}  // namespace rt::zmq
