#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "tcp/outbox.hpp"

namespace rt::tcp {

/// What a step of moving bytes came to.
enum class io_status : std::uint8_t {
  done,
  would_wait,  ///< until the socket is ready again
  ended,       ///< by the other side, or broken
  refused,     ///< the other side has not proved, or does not believe, that the secret is known
};

struct io_result {
  io_status status;
  std::size_t bytes = 0;
};

/// The two ways of bytes of one connection, bare or protected.
/// Thread: one at a time.   Owner: the socket is its connection's.
class stream {
 public:
  virtual ~stream() = default;

  /// Agrees with the other side on how to go on; until it is done nothing else is called.
  virtual io_status greet() = 0;

  /// Reads into that. Shape: done with at least one byte, or none.
  virtual io_result read(std::span<std::byte> into) = 0;

  /// Takes a first part of these, perhaps all. Without any it writes what it holds back.
  virtual io_result write(std::span<const outgoing_bytes> runs) = 0;

  /// Whether it has taken bytes that the socket has not.
  virtual bool holds_back() const noexcept = 0;
};

}  // namespace rt::tcp
