#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace rt::zmq {

/// How much is on its way on one connection: ZeroMQ's own limits count messages, know nothing of bytes, and say
/// nothing when one has left.
/// Shape: each side tells the other what it has given to whom it was for, a quarter of the window at a time.
/// Thread: a value.   Units: bytes, and so many more for each frame.
class window {
 public:
  static constexpr std::uint64_t frame_cost = 64;
  /// None smaller is agreed on.
  static constexpr std::uint64_t bytes_min = 1'024;

  explicit window(std::uint64_t bytes) noexcept : bytes_(std::max(bytes, bytes_min)) {}

  std::uint64_t bytes() const noexcept { return bytes_; }

  /// Takes the other side's, where that is smaller.
  void agree(std::uint64_t theirs) noexcept {
    bytes_ = std::max(std::min(bytes_, theirs), bytes_min);
  }

  bool is_full() const noexcept { return on_the_way_ >= bytes_; }
  bool is_half_empty() const noexcept { return on_the_way_ <= bytes_ / 2; }

  void sent(std::size_t frame_bytes) noexcept { on_the_way_ += frame_bytes + frame_cost; }

  /// The other side has given so much.   Shape: false if it was never sent.
  bool given_there(std::uint64_t bytes) noexcept {
    if (bytes > on_the_way_) return false;
    on_the_way_ -= bytes;
    return true;
  }

  /// This side has given a frame.   Shape: what is to be told now; 0 if nothing is.
  std::uint64_t given_here(std::size_t frame_bytes) noexcept {
    untold_ += frame_bytes + frame_cost;
    if (untold_ < bytes_ / 4) return 0;
    const std::uint64_t told = untold_;
    untold_ = 0;
    return told;
  }

 private:
  std::uint64_t bytes_;
  std::uint64_t on_the_way_ = 0;
  std::uint64_t untold_ = 0;
};

}  // namespace rt::zmq
