#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/variant.hpp"
#include "head/numbers.hpp"
#include "head/record_log.hpp"

namespace rt::head {
inline namespace RT_LANE_VARIANT {

/// How much one frame of the log may hold, but for a first record that is larger.   Units: bytes.
inline constexpr std::size_t log_frame_bytes_max = std::size_t{1} << 20;
/// The largest frame that is read.
inline constexpr std::size_t log_frame_bytes_read_max = std::size_t{4} << 20;
/// By so many first bytes two logs differ, of which one took the other's place.
inline constexpr std::size_t log_beginning_bytes = 28;

/// Writes a frame: what one head appends at once.   Shape: `number` counts frames from 1; at least
/// `bytes_min` long.
std::vector<std::byte> write_log_frame(term by, std::uint64_t number,
                                       std::span<const record_bytes> records,
                                       std::size_t bytes_min = 0);

/// Writes a frame of a snapshot: records that stand for all before them.
/// Shape: `left` counts the snapshot's records behind it.
std::vector<std::byte> write_snapshot_frame(term by, std::uint64_t number,
                                            std::span<const record_bytes> records,
                                            std::uint64_t left);

/// What the bytes of a log hold.
struct scanned_log {
  std::vector<record_bytes> records;
  term newest{};
  std::uint64_t frames = 0;
  /// Where the last whole frame ends.
  std::uint64_t good_bytes = 0;
  /// What is wrong behind it, in words; empty where nothing is, or only a frame that was half written.
  std::string damage;
};

/// Reads a whole log. A last frame that is not whole was being written when power was lost, and nobody was
/// told of it: it is left out. One that is not whole although another follows is damage, and so is a
/// snapshot that lacks a frame, since it was whole before it had the log's name.
/// (Damage in the last frame of all looks like the first case, and cannot be told from it.)
scanned_log scan_log(std::span<const std::byte> bytes);

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
