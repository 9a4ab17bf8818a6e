#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include <zmq.hpp>

#include "rt/transport/frame.hpp"
#include "zmq/word.hpp"

namespace rt::zmq {

/// What a message holds: `byte{n} word(1)`.
/// Owner: the message.
struct message_view {
  word kind = word::nothing;
  std::span<const std::byte> body = {};
};

/// How much longer than a frame its message is.
constexpr std::size_t message_extra_bytes = 1;
/// The longest message that is no frame.
constexpr std::size_t word_bytes_max = 13;

::zmq::message_t message_of(const outgoing_frame& frame);
::zmq::message_t message_of(word kind);
/// `credit`: `bytes(8, the least byte first) word`.
::zmq::message_t credit_message(std::uint64_t bytes);
/// `hello` and `welcome`: `"RTZ1" window(8, the least byte first) word`.
::zmq::message_t greeting_message(word kind, std::uint64_t window);

/// Reads one; nothing where it is none.
std::optional<message_view> view_of(const ::zmq::message_t& message);
std::optional<std::uint64_t> credit_of(const message_view& message);
/// Returns the other side's window.
std::optional<std::uint64_t> greeting_of(const message_view& message, word expected);

}  // namespace rt::zmq
