#pragma once

#include <cstdint>

#include "rt/transport/frame_splitter.hpp"

namespace rt::tcp {

/// What a stream holds besides frames, where a frame's length would stand.
enum class stream_word : std::uint32_t {
  /// The first of who was called: the connection is taken. Without it nobody knows whether more than the
  /// other side's system has answered.
  welcome = frame_splitter::first_word + 0,
  /// The first and last of who was called and takes no more.
  refusal = frame_splitter::first_word + 1,
  /// The last of who closes in order. An end without it is a loss: the system closes a killed process's
  /// connections like any others.
  goodbye = frame_splitter::first_word + 2,
};

}  // namespace rt::tcp
