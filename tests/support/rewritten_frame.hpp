#pragma once

// What every frame that was read must hold, for the fuzzers.

#include <cstdlib>
#include <vector>

#include "wire/frame.hpp"
#include "wire/frame_writer.hpp"

namespace wire_test {

inline void require(bool held) {
  if (!held) std::abort();
}

/// Writes a frame that was read once more, and sees that it reads equal.
inline void require_reads_again(const rt::wire::frame& read, rt::wire::session_stage stage) {
  rt::wire::frame_writer writer;
  for (const rt::wire::envelope& each : read.messages) {
    const auto added = writer.add(each.number, each.message);
    require(added && *added);
  }
  const auto front = writer.finish(read.header, read.tail.size());
  std::vector<std::byte> bytes(front.begin(), front.end());
  bytes.insert(bytes.end(), read.tail.span().begin(), read.tail.span().end());
  const auto again = rt::wire::read_frame(bytes, stage);
  require(again.has_value());
  require(again->messages == read.messages);
  require(again->tail == read.tail);
  // What a later version wrote is gone, and so the length is another.
  rt::wire::frame_header header = again->header;
  header.message_bytes = read.header.message_bytes;
  require(header == read.header);
}

}  // namespace wire_test
