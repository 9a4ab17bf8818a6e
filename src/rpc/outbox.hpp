#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "core/variant.hpp"

namespace rt::rpc {
inline namespace RT_LANE_VARIANT {

/// A frame that was sent and may have to be sent again.
struct kept_frame {
  /// Header and messages. The header is written anew each time it leaves.
  std::vector<std::byte> bytes = {};
  /// What follows them from where it lies.   Owner: `keeper`.
  std::span<const std::byte> tail = {};
  std::shared_ptr<const void> keeper = {};
};

/// The frames of one direction that the other side has not acknowledged, in their order.
/// Shape: numbers count up from 1 without a gap.   Thread: a value; under the baton.
class outbox {
 public:
  /// Gives the next number to a frame and keeps it.
  std::uint64_t add(kept_frame frame);

  /// Lets go of all frames up to that number.
  /// Shape: false for one that was never sent: the other side is not what it says.
  bool acknowledge(std::uint64_t up_to);

  /// The frame of a number between `first` and `last`.
  kept_frame& at(std::uint64_t number) noexcept { return frames_[number - first()]; }

  std::uint64_t first() const noexcept { return acknowledged_ + 1; }
  std::uint64_t last() const noexcept { return acknowledged_ + frames_.size(); }
  bool empty() const noexcept { return frames_.empty(); }
  /// What is kept, tails included.   Units: bytes.
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  std::deque<kept_frame> frames_;
  std::uint64_t acknowledged_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::rpc
