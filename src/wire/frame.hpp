#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rt/core/result.hpp"
#include "wire/byte_view.hpp"
#include "wire/frame_header.hpp"
#include "wire/message.hpp"

namespace rt::wire {

/// Holds a message with the number by which its answer is known.
struct envelope {
  /// Of a request in its session and direction, from 1; the reply's is its request's; 0 for notices.
  std::uint64_t number = 0;
  wire::message message;

  friend bool operator==(const envelope&, const envelope&) = default;
};

/// Holds what one frame says.
/// Owner: bytes inside the messages, and the tail, are those of what it was read from.
struct frame {
  frame_header header;
  std::vector<envelope> messages;
  /// A piece of an object; only behind a `pull_reply` that says so, alone in its frame.
  byte_view tail;

  friend bool operator==(const frame&, const frame&) = default;
};

/// How far a session is: before the greeting, little is taken, and nothing else.
enum class session_stage : std::uint8_t { greeting, open };

/// Reads one whole frame. Nothing of it counts unless all of it can be read.
/// Shape: in a greeting one message of the handshake; later any others.
/// Errors: serialization, for anything that no peer of ours would send.
result<frame> read_frame(std::span<const std::byte> bytes, session_stage stage);

}  // namespace rt::wire
