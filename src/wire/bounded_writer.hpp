#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "wire/little_endian.hpp"

namespace rt::wire {

/// Writes what a `bounded_reader` reads, behind what a buffer holds already.
///
/// A failure is sticky, as the reader's is: something was larger than a reader would take. What was
/// written then is of no use; `finish` takes it back.
/// Owner: writes to the caller's buffer, which is longer than what was written until `finish`.
/// Thread: a value.   Errors: `failed()`; bad_alloc.
class bounded_writer {
 public:
  explicit bounded_writer(std::vector<std::byte>& out) noexcept
      : out_(out), begin_(out.size()), used_(out.size()) {}
  bounded_writer(const bounded_writer&) = delete;
  bounded_writer& operator=(const bounded_writer&) = delete;

  bool failed() const noexcept { return failure_ != nullptr; }
  /// Says what was too large first; null where nothing was.   Owner: a literal.
  const char* failure() const noexcept { return failure_; }
  void fail(const char* why) noexcept {
    if (failure_ == nullptr) failure_ = why;
  }

  template <class Unsigned>
  void number(Unsigned value) {
    store_little_endian(room(sizeof value), value);
  }

  void bytes(std::span<const std::byte> from);

  /// Begins a block, whose length `close` puts in front of it.   Returns what `close` takes.
  std::size_t open();
  void close(std::size_t opened, std::size_t bytes_max) noexcept;

  /// Returns how many bytes were written.
  std::size_t written() const noexcept { return used_ - begin_; }

  /// Cuts the buffer to what was written; to what it held before, where that failed.
  /// Returns whether all could be written.
  bool finish();

 private:
  /// Returns where the next `count` bytes go.
  std::byte* room(std::size_t count) {
    if (out_.size() - used_ < count) grow(count);
    std::byte* const at = out_.data() + used_;
    used_ += count;
    return at;
  }
  void grow(std::size_t count);

  std::vector<std::byte>& out_;
  std::size_t begin_;
  std::size_t used_;
  const char* failure_ = nullptr;
};

}  // namespace rt::wire
