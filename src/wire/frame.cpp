// frame    := header envelope{...}, in all message_bytes, byte{tail_bytes}
// envelope := kind(2) zero(2) number(8) message

#include "wire/frame.hpp"

#include "wire/limits.hpp"
#include "wire/malformed.hpp"

namespace rt::wire {
namespace {

bool is_greeting(message_kind kind) noexcept {
  return kind == message_kind::hello_request || kind == message_kind::hello_reply;
}

void check_stage(bounded_reader& in, message_kind kind, session_stage stage) noexcept {
  if (kind == message_kind::goodbye_notice) return;
  if (stage == session_stage::greeting && !is_greeting(kind)) {
    in.fail("it says something before the greeting");
  } else if (stage == session_stage::open && is_greeting(kind)) {
    in.fail("it greets again");
  }
}

void read_envelope(bounded_reader& in, envelope& to, session_stage stage) {
  const auto kind = static_cast<message_kind>(in.number<std::uint16_t>());
  in.number<std::uint16_t>();  // room that a later version may use
  to.number = in.number<std::uint64_t>();
  check_stage(in, kind, stage);
  if (in.failed()) return;
  read_message(in, kind, to.message);
  if (is_notice(kind) != (to.number == 0)) in.fail("a notice has a number, or another has none");
}

bool may_have_tail(const frame& read) noexcept {
  if (read.messages.size() != 1) return false;
  const auto* const pulled = std::get_if<pull_reply>(&read.messages.front().message);
  return pulled != nullptr && pulled->answer == pull_answer::piece;
}

void check_lengths(bounded_reader& in, const frame_header& header, std::size_t bytes) noexcept {
  if (bytes - in.left() + header.message_bytes > limits::control_bytes_max) {
    in.fail("its messages are longer than their limit");
  } else if (header.tail_bytes > limits::chunk_bytes_max) {
    in.fail("its tail is longer than its limit");
  } else if (std::uint64_t{header.message_bytes} + header.tail_bytes != in.left()) {
    in.fail("it is not as long as it says");
  }
}

void read_parts(bounded_reader& in, frame& to, std::size_t bytes, session_stage stage) {
  read_frame_header(in, to.header);
  if (in.failed()) return;
  check_lengths(in, to.header, bytes);
  const std::size_t messages_max =
      stage == session_stage::greeting ? 1 : limits::messages_per_frame_max;
  while (!in.failed() && in.left() > to.header.tail_bytes) {
    if (to.messages.size() == messages_max) return in.fail("it has too many messages");
    read_envelope(in, to.messages.emplace_back(), stage);
  }
  if (in.failed()) return;
  if (in.left() != to.header.tail_bytes) return in.fail("a message reaches into its tail");
  if (in.left() != 0 && !may_have_tail(to)) return in.fail("nothing announces its tail");
  to.tail = in.bytes(in.left());
}

}  // namespace

result<frame> read_frame(std::span<const std::byte> bytes, session_stage stage) {
  bounded_reader in(bytes);
  frame read;
  if (stage == session_stage::greeting && bytes.size() > limits::greeting_bytes_max) {
    in.fail("it is longer than a greeting may be");
  }
  read_parts(in, read, bytes.size(), stage);
  if (in.failed()) return malformed("a frame", in.failure());
  return read;
}

}  // namespace rt::wire
