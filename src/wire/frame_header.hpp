#pragma once

#include <cstddef>
#include <cstdint>

#include "rt/core/ids.hpp"
#include "wire/bounded_reader.hpp"
#include "wire/bounded_writer.hpp"

namespace rt::wire {

/// Says of a frame who sends it to whom, and in which order; the grammar is in the .cpp.
/// Shape: every field in every frame, so that none is believed by where it came from. The epoch stands
/// in the messages: one frame may be for many actors.
struct frame_header {
  /// In which its messages are written; the greeting itself is the same in all.
  std::uint16_t version = 0;
  std::uint32_t message_bytes = 0;
  std::uint32_t tail_bytes = 0;
  /// Random, the head's for ever; 0 in the greeting of one who does not know it.
  std::uint64_t cluster = 0;
  std::uint64_t sender = 0;
  /// 0 in the greeting of one who does not know it.
  std::uint64_t receiver = 0;
  /// None where it is about no job's work.
  job_id job;
  std::uint64_t session = 0;
  /// Of this frame in its session and direction, from 1; 0 where it need not arrive, and holds nothing
  /// but what is said again: acknowledgements, marks.
  std::uint64_t number = 0;
  /// All frames of the other direction up to this have been acted upon.
  std::uint64_t acknowledged = 0;
  /// The head's; 0 in frames of all others.
  std::uint64_t term = 0;

  static constexpr bool fixed = true;
  static void fields(auto& of, auto& take) {
    take(of.message_bytes, of.tail_bytes, of.cluster, of.sender, of.receiver, of.job, of.session,
         of.number, of.acknowledged, of.term);
  }
  friend bool operator==(const frame_header&, const frame_header&) = default;
};

/// How long this version's header is.   Units: bytes.
inline constexpr std::size_t frame_header_bytes = 88;

/// Reads a header, and skips what a later version put behind it.
/// Errors: the reader's: other magic, too short, too long.
void read_frame_header(bounded_reader& in, frame_header& to);

/// Writes it.
void write_frame_header(bounded_writer& out, const frame_header& from);

}  // namespace rt::wire
