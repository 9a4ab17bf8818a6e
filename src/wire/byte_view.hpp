#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

namespace rt::wire {

/// Sees bytes that lie elsewhere, in the frame that was received or in what is to be sent; compares
/// what they are and not where.
/// Owner: whoever holds them; a message that was read is valid as long as its frame.
class byte_view {
 public:
  byte_view() noexcept = default;
  byte_view(std::span<const std::byte> bytes) noexcept : bytes_(bytes) {}

  const std::byte* data() const noexcept { return bytes_.data(); }
  std::size_t size() const noexcept { return bytes_.size(); }
  bool empty() const noexcept { return bytes_.empty(); }
  std::span<const std::byte> span() const noexcept { return bytes_; }

  friend bool operator==(const byte_view& a, const byte_view& b) noexcept {
    return std::equal(a.bytes_.begin(), a.bytes_.end(), b.bytes_.begin(), b.bytes_.end());
  }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace rt::wire
