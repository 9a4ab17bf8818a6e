#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rt/core/result.hpp"
#include "wire/frame.hpp"

namespace rt::wire {

/// Writes the header into the place in front of a frame's messages, with the lengths of both.
/// Shape: `frame` is as long as header and messages.
void write_header_over(std::span<std::byte> frame, frame_header header, std::size_t tail_bytes);

/// Gathers messages in one frame, in one piece of memory that is used again for the next.
///
/// A tail is not copied: it leaves as an element of its own behind what `finish` returns.
/// Thread: a value; under the baton.
class frame_writer {
 public:
  frame_writer();

  /// Is nothing gathered since the last frame was finished?
  bool empty() const noexcept { return finished_ || messages_ == 0; }
  /// What is.   Units: bytes.
  std::size_t size() const noexcept { return empty() ? 0 : bytes_.size(); }

  /// Adds a message.
  /// Returns whether it was added; if not, the frame is full: finish it, and add it to the next.
  /// Errors: serialization where it is over a limit by itself.
  result<bool> add(std::uint64_t number, const message& added);

  /// Completes the frame; the header's lengths are set here.
  /// Returns its bytes without the tail.   Owner: this, until the next `add` or `finish`.
  std::span<const std::byte> finish(frame_header header, std::size_t tail_bytes = 0);

 private:
  void start_if_finished();

  std::vector<std::byte> bytes_;
  std::size_t messages_ = 0;
  bool finished_ = false;
};

}  // namespace rt::wire
