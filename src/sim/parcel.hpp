#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "rt/transport/frame.hpp"

namespace rt::sim {

/// What the two ends of a connection say to each other.
enum class parcel_kind : std::uint8_t {
  hello,    ///< asks for a connection
  welcome,  ///< it is open
  refusal,  ///< nobody listens there
  frame,
  goodbye,  ///< there is no more to come
  reset,    ///< the connection is broken
};

/// One thing that travels through a pipe.
struct parcel {
  parcel_kind kind = parcel_kind::frame;
  /// A frame's bytes: of one that has not left only the header.
  std::vector<std::byte> bytes = {};
  /// The rest of a frame that has not left. It is read only then, as a real transport does it, so that
  /// whoever changes or frees the payload before the keeper is let go has wrong bytes arrive.
  std::vector<gather_element> payload = {};
  std::shared_ptr<const void> keeper = {};
  /// What a frame takes up of the queue: its size, and a little so that empty ones have an end too.
  std::size_t weight = 0;

  static parcel of(const outgoing_frame& frame);

  /// Takes the payload in, as it leaves.   Shape: returns the keeper, which is needed no longer.
  std::shared_ptr<const void> pack();
};

}  // namespace rt::sim
