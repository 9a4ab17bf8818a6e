#include "zmq/message.hpp"

#include <array>
#include <cstring>

namespace rt::zmq {
namespace {

constexpr std::array<char, 4> form{'R', 'T', 'Z', '1'};
constexpr std::size_t number_bytes = 8;

std::byte* bytes_of(::zmq::message_t& message) { return static_cast<std::byte*>(message.data()); }

void put_word(::zmq::message_t& message, word kind) {
  bytes_of(message)[message.size() - 1] = static_cast<std::byte>(kind);
}

void put_number(std::byte* at, std::uint64_t number) {
  for (std::size_t i = 0; i < number_bytes; ++i) at[i] = static_cast<std::byte>(number >> (8 * i));
}

std::uint64_t number_at(const std::byte* at) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < number_bytes; ++i) {
    number |= std::to_integer<std::uint64_t>(at[i]) << (8 * i);
  }
  return number;
}

}  // namespace

::zmq::message_t message_of(const outgoing_frame& frame) {
  ::zmq::message_t made(frame.size() + message_extra_bytes);
  std::byte* at = bytes_of(made);
  const auto copy = [&](const std::byte* from, std::size_t size) {
    if (size != 0) std::memcpy(at, from, size);
    at += size;
  };
  copy(frame.header.data(), frame.header.size());
  for (const gather_element& each : frame.payload) copy(each.data, each.size);
  put_word(made, word::frame);
  return made;
}

::zmq::message_t message_of(word kind) {
  ::zmq::message_t made(message_extra_bytes);
  put_word(made, kind);
  return made;
}

::zmq::message_t credit_message(std::uint64_t bytes) {
  ::zmq::message_t made(number_bytes + message_extra_bytes);
  put_number(bytes_of(made), bytes);
  put_word(made, word::credit);
  return made;
}

::zmq::message_t greeting_message(word kind, std::uint64_t window) {
  ::zmq::message_t made(form.size() + number_bytes + message_extra_bytes);
  std::memcpy(bytes_of(made), form.data(), form.size());
  put_number(bytes_of(made) + form.size(), window);
  put_word(made, kind);
  return made;
}

std::optional<message_view> view_of(const ::zmq::message_t& message) {
  if (message.size() < message_extra_bytes || message.more()) return std::nullopt;
  const auto* const begin = static_cast<const std::byte*>(message.data());
  const std::size_t size = message.size() - message_extra_bytes;
  const auto kind = std::to_integer<std::uint8_t>(begin[size]);
  if (kind > static_cast<std::uint8_t>(word::nothing)) return std::nullopt;
  return message_view{static_cast<word>(kind), {begin, size}};
}

std::optional<std::uint64_t> credit_of(const message_view& message) {
  if (message.body.size() != number_bytes) return std::nullopt;
  return number_at(message.body.data());
}

std::optional<std::uint64_t> greeting_of(const message_view& message, word expected) {
  if (message.kind != expected || message.body.size() != form.size() + number_bytes ||
      std::memcmp(message.body.data(), form.data(), form.size()) != 0) {
    return std::nullopt;
  }
  return number_at(message.body.data() + form.size());
}

}  // namespace rt::zmq
