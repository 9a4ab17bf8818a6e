// Reads bytes as a stream of frames, cut into pieces at random. The same frames come however it is
// cut; each that can be read is written again and then reads equal.
// The first byte chooses the cuts, the second the stage of the session.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "rt/transport/frame_splitter.hpp"
#include "support/rewritten_frame.hpp"
#include "wire/limits.hpp"

namespace {

using wire_test::require;
using frames = std::vector<std::vector<std::byte>>;

struct cut_stream {
  frames whole;
  bool failed = false;

  friend bool operator==(const cut_stream&, const cut_stream&) = default;
};

/// Takes the stream in pieces; all at once where `cuts` is 0.
cut_stream cut(std::span<const std::byte> stream, std::uint32_t cuts) {
  rt::frame_splitter splitter(rt::wire::limits::frame_bytes_max);
  cut_stream got;
  std::uint32_t random = cuts;
  for (std::size_t at = 0; at < stream.size();) {
    random = random * 1664525 + 1013904223;
    const std::size_t step = cuts == 0 ? stream.size() : 1 + (random >> 24) % (cuts * 2);
    const auto piece = stream.subspan(at, std::min(step, stream.size() - at));
    const auto room = splitter.room(piece.size());
    std::memcpy(room.data(), piece.data(), piece.size());
    splitter.received(piece.size());
    while (const auto frame = splitter.next()) got.whole.emplace_back(frame->begin(), frame->end());
    at += piece.size();
  }
  require(splitter.capacity() <= 4 * stream.size());
  got.failed = splitter.failed();
  return got;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::span stream(reinterpret_cast<const std::byte*>(data + 2), size - 2);
  const auto stage =
      data[1] % 2 == 0 ? rt::wire::session_stage::open : rt::wire::session_stage::greeting;
  const cut_stream all = cut(stream, 0);
  require(cut(stream, data[0]) == all);
  for (const auto& bytes : all.whole) {
    const auto read = rt::wire::read_frame(bytes, stage);
    if (read) wire_test::require_reads_again(*read, stage);
  }
  return 0;
}
