#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "wire/byte_view.hpp"
#include "wire/little_endian.hpp"

namespace rt::wire {

/// Reads numbers, bytes and blocks from bytes that nobody vouches for.
///
/// A failure is sticky: from the first on nothing is left, numbers are 0 and bytes are empty; so
/// readers go on without asking after each field, and whoever wants the result asks once, at the end.
/// Never reads past the end of the innermost block.
/// Owner: sees bytes of the caller's.   Thread: a value.   Errors: `failed()`; nothing throws.
class bounded_reader {
 public:
  explicit bounded_reader(std::span<const std::byte> bytes) noexcept;

  /// Returns the bytes that are left in the innermost block.
  std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }

  bool failed() const noexcept { return failure_ != nullptr; }
  /// Says what was wrong first; null where nothing was.   Owner: a literal.
  const char* failure() const noexcept { return failure_; }
  void fail(const char* why) noexcept;

  template <class Unsigned>
  Unsigned number() noexcept {
    if (left() < sizeof(Unsigned)) {
      fail(truncated);
      return 0;
    }
    const std::byte* const from = at_;
    at_ += sizeof(Unsigned);
    return load_little_endian<Unsigned>(from);
  }

  byte_view bytes(std::size_t count) noexcept;

  /// Takes memory for what is being read off the account that the bytes allow.
  /// Errors: fails, and returns false, where it is overdrawn.
  bool take_memory(std::size_t bytes) noexcept;

  /// Reads a length, and narrows the reader to as many bytes until `leave`, which goes on behind them
  /// whether they were read or not: so what a later version wrote is skipped.
  /// Returns what `leave` takes.   Errors: fails where the length says more than is left, or than `bytes_max`.
  const std::byte* enter(std::size_t bytes_max) noexcept;
  void leave(const std::byte* outer_end) noexcept;

 private:
  static constexpr const char* truncated = "it ends too early";

  const std::byte* at_;
  const std::byte* end_;
  std::size_t memory_left_;
  const char* failure_ = nullptr;
};

}  // namespace rt::wire
