#pragma once

#include <cstdint>

namespace rt::zmq {

/// What a message is: its last byte, so that a frame's bytes lie where ZeroMQ put them.
enum class word : std::uint8_t {
  frame = 0,     ///< one of those that are moved, before it
  hello = 1,     ///< the first of who calls: the form of these words, its window
  welcome = 2,   ///< the first of who was called: it is taken; as `hello`
  refusal = 3,   ///< the only one of who was called: there are too many
  goodbye = 4,   ///< the last of who closes: all has been said
  farewell = 5,  ///< the answer to that of who was called, its last: all has been heard
  credit = 6,    ///< so much has been given to whom it was for
  nothing = 7,   ///< to see whether anybody is there
};

}  // namespace rt::zmq
