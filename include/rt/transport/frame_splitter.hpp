#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <utility>

namespace rt {

/// Cuts a stream of bytes into frames, for transports whose connection knows no frames.
///
/// The stream is `{length(4, the least byte first) byte{length}}...`. The memory that it takes follows
/// what has arrived, never what a length announces. From `first_word` on a length is none but a word of
/// the transport itself (a goodbye, say), for those that ask for words.
/// Shape: receive into `room`, tell by `received` how much came, then take `next` until there is none.
/// Owner: frames are seen, not owned, and end with the next `room`.   Thread: a value.
/// Errors: `failed()`, for a frame longer than is allowed; then nothing more comes, and the connection
/// is to be closed.
class frame_splitter {
 public:
  static constexpr std::size_t length_bytes = sizeof(std::uint32_t);
  static constexpr std::uint32_t first_word = 0xffff'fff0;

  explicit frame_splitter(std::size_t frame_bytes_max) noexcept
      : frame_bytes_max_(frame_bytes_max) {}

  /// Takes longer frames from now on: the peer is known.
  void allow(std::size_t frame_bytes_max) noexcept { frame_bytes_max_ = frame_bytes_max; }

  /// Returns memory to receive into, at least `bytes` long.
  std::span<std::byte> room(std::size_t bytes) {
    if (begin_ == end_) begin_ = end_ = 0;
    if (capacity_ - end_ < bytes) move_to_front(bytes);
    return {memory_.get() + end_, capacity_ - end_};
  }

  /// Tells that so many bytes of the last `room` were received into.
  void received(std::size_t bytes) noexcept { end_ += bytes; }

  /// Returns the next frame that has come whole; nothing where there is none.
  std::optional<std::span<const std::byte>> next() noexcept {
    const std::size_t left = end_ - begin_;
    if (failed_ || left < length_bytes) return std::nullopt;
    const std::size_t length = length_at(memory_.get() + begin_);
    if (length > frame_bytes_max_) {
      failed_ = true;
      return std::nullopt;
    }
    if (left - length_bytes < length) return std::nullopt;
    const std::span<const std::byte> frame(memory_.get() + begin_ + length_bytes, length);
    begin_ += length_bytes + length;
    return frame;
  }

  /// Takes the word that comes next, if it is one.   Who knows words asks for them before `next`, which
  /// takes them for a frame that is too long.
  std::optional<std::uint32_t> word() noexcept {
    if (failed_ || end_ - begin_ < length_bytes) return std::nullopt;
    const std::size_t length = length_at(memory_.get() + begin_);
    if (length < first_word) return std::nullopt;
    begin_ += length_bytes;
    return static_cast<std::uint32_t>(length);
  }

  bool failed() const noexcept { return failed_; }

  /// Returns how much has come that was not taken yet.   Units: bytes.
  std::size_t waiting() const noexcept { return end_ - begin_; }

  /// Returns how much memory it holds.   Units: bytes.
  std::size_t capacity() const noexcept { return capacity_; }

 private:
  static std::size_t length_at(const std::byte* at) noexcept {
    std::size_t length = 0;
    for (std::size_t i = 0; i < length_bytes; ++i)
      length |= std::to_integer<std::size_t>(at[i]) << (8 * i);
    return length;
  }

  /// Makes room behind what is left, in more memory where half of this would not do.
  void move_to_front(std::size_t bytes) {
    const std::size_t left = end_ - begin_;
    if (left + bytes <= capacity_ / 2) {
      std::memmove(memory_.get(), memory_.get() + begin_, left);
    } else {
      const std::size_t capacity = std::max(left + bytes, 2 * left);
      std::unique_ptr<std::byte[]> more(new std::byte[capacity]);  // not filled with zeros
      if (left != 0) std::memcpy(more.get(), memory_.get() + begin_, left);
      memory_ = std::move(more);
      capacity_ = capacity;
    }
    begin_ = 0;
    end_ = left;
  }

  std::unique_ptr<std::byte[]> memory_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t frame_bytes_max_;
  bool failed_ = false;
};

}  // namespace rt
