// The grammar is in frame.cpp; the header's place is kept free until all lengths are known.

#include "wire/frame_writer.hpp"

#include <algorithm>

#include "wire/bounded_writer.hpp"
#include "wire/limits.hpp"
#include "wire/malformed.hpp"

namespace rt::wire {

void write_header_over(std::span<std::byte> frame, frame_header header, std::size_t tail_bytes) {
  header.message_bytes = static_cast<std::uint32_t>(frame.size() - frame_header_bytes);
  header.tail_bytes = static_cast<std::uint32_t>(tail_bytes);
  std::vector<std::byte> front;
  bounded_writer out(front);
  write_frame_header(out, header);
  out.finish();
  std::copy(front.begin(), front.end(), frame.begin());
}

frame_writer::frame_writer() : bytes_(frame_header_bytes) {}

result<bool> frame_writer::add(std::uint64_t number, const message& added) {
  start_if_finished();
  if (messages_ == limits::messages_per_frame_max) return false;
  const std::size_t before = bytes_.size();
  bounded_writer out(bytes_);
  out.number(static_cast<std::uint16_t>(kind_of(added)));
  out.number(std::uint16_t{0});
  out.number(number);
  write_message(out, added);
  if (!out.finish()) return unwritable(to_string(kind_of(added)), out.failure());
  if (bytes_.size() > limits::control_bytes_max) {
    bytes_.resize(before);
    if (empty()) return unwritable(to_string(kind_of(added)), "it is longer than a frame may be");
    return false;
  }
  ++messages_;
  return true;
}

std::span<const std::byte> frame_writer::finish(frame_header header, std::size_t tail_bytes) {
  start_if_finished();
  write_header_over(bytes_, header, tail_bytes);
  finished_ = true;
  return bytes_;
}

void frame_writer::start_if_finished() {
  if (!finished_) return;
  bytes_.resize(frame_header_bytes);
  messages_ = 0;
  finished_ = false;
}

}  // namespace rt::wire
