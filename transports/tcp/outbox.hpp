#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "rt/transport/frame.hpp"

namespace rt::tcp {

/// A run of bytes that waits to leave.
struct outgoing_bytes {
  const std::byte* data = nullptr;
  std::size_t size = 0;
};

/// Frames that wait to leave on one connection, as the bytes of its stream.
///
/// Small pieces are copied together, so that many frames leave in one call of the system; large ones
/// leave from where they lie, and hold their keeper until then.
/// Thread: a value.   Owner: of the copies; of the rest the keepers.
class outbox {
 public:
  /// Adds a frame, its length before it.
  void add(const outgoing_frame& frame);

  /// Adds a word that is no frame, as `frame_splitter` knows them.
  void add_word(std::uint32_t word);

  /// Tells what is to leave next.   Shape: returns how many elements were written.
  std::size_t next(std::span<outgoing_bytes> out) const noexcept;

  /// Tells that so many bytes of that have left.
  void left(std::size_t bytes) noexcept;

  bool empty() const noexcept { return size_ == 0; }
  /// Units: bytes.
  std::size_t size() const noexcept { return size_; }

  void clear() noexcept;

 private:
  struct piece {
    std::vector<std::byte> copied;  ///< empty where the bytes lie elsewhere
    const std::byte* elsewhere = nullptr;
    std::size_t size = 0;
    std::shared_ptr<const void> keeper;

    const std::byte* data() const noexcept { return elsewhere ? elsewhere : copied.data(); }
  };

  void copy(const std::byte* data, std::size_t size);

  std::deque<piece> pieces_;
  std::vector<std::byte> spare_;  // one that has left, for the next
  std::size_t front_left_ = 0;    // bytes of the first piece that have left
  std::size_t size_ = 0;
};

}  // namespace rt::tcp
