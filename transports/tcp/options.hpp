#pragma once

#include <cstddef>

namespace rt::tcp {

/// What bounds a TCP transport.
struct options {
  /// The largest frame. Units: bytes.
  std::size_t frame_bytes_max = std::size_t{8} << 20;
  /// How much may wait to leave on one connection; the last frame may pass it. Units: bytes.
  std::size_t queue_bytes_max = std::size_t{1} << 20;
  /// How many connections that others have made may be open; one more is refused.
  std::size_t accepted_max = 16'384;
  /// How long a connection that this side asks for may take to open.
  unsigned opening_ms_max = 5'000;
  /// How long the other side may take nothing, while something waits for it, before it counts as gone;
  /// also how long a connection that is being closed waits for the other side's end.
  unsigned silence_ms_max = 30'000;
};

}  // namespace rt::tcp
