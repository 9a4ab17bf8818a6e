#pragma once

#include <cstddef>
#include <vector>

#include "rt/transport/secret.hpp"

namespace rt::tcp {

/// What bounds and protects a TCP transport.
struct options {
  /// With any, all is protected by TLS 1.3: the first is used, all are believed, and who has none of
  /// them is refused. Without, bytes are bare.
  std::vector<secret> secrets = {};
  /// The largest frame. Units: bytes.
  std::size_t frame_bytes_max = std::size_t{8} << 20;
  /// How much may wait to leave on one connection; the last frame may pass it. Units: bytes.
  std::size_t queue_bytes_max = std::size_t{1} << 20;
  /// How many connections that others have made may be open; one more is refused.
  std::size_t accepted_max = 16'384;
  /// How many of them may still be proving that they know the secret; how many bytes each may say until
  /// then. Units: connections; bytes.
  std::size_t unproved_max = 64;
  std::size_t unproved_bytes_max = std::size_t{16} << 10;
  /// How long a connection may take to open, whoever asked for it.
  unsigned opening_ms_max = 5'000;
  /// How long the other side may take nothing, while something waits for it, before it counts as gone;
  /// also how long a connection that is being closed waits for the other side's end.
  unsigned silence_ms_max = 30'000;
};

}  // namespace rt::tcp
