// log      := snapshot... frame...
// frame    := "RTLG" length(4) checksum(4) term(8) number(8) count(4) record{count} zero(1)...
// snapshot := "RTLS" length(4) checksum(4) term(8) number(8) count(4) record{count} left(8)
// record   := length(4) byte{length}
// `length` counts what follows the checksum, and the checksum is over that: CRC-32C, begun with the
// length. Frames are numbered without a gap, from 1 where the first is no snapshot's, and terms never
// fall. `left` is how many records the snapshot has behind this frame; the last has 0. All numbers have
// the least byte first.

#include "head/log_frame.hpp"

#include <array>

#include "wire/bounded_reader.hpp"
#include "wire/bounded_writer.hpp"

namespace rt::head {
inline namespace RT_LANE_VARIANT {
namespace {

constexpr std::uint32_t magic = 0x474C5452;           // "RTLG"
constexpr std::uint32_t snapshot_magic = 0x534C5452;  // "RTLS"
/// So that numbers behind it never come to their end.
constexpr std::uint64_t first_number_max = std::uint64_t{1} << 62;
constexpr std::size_t prefix_bytes = 12;
constexpr std::size_t least_body_bytes = 20;

constexpr std::array<std::uint32_t, 256> crc_table = [] {
  std::array<std::uint32_t, 256> made{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0x82F63B78u : 0);
    made[i] = value;
  }
  return made;
}();

std::uint32_t checksum(std::span<const std::byte> bytes) noexcept {
  std::uint32_t sum = ~static_cast<std::uint32_t>(bytes.size());
  for (const std::byte each : bytes) {
    sum = (sum >> 8) ^ crc_table[(sum ^ static_cast<std::uint32_t>(each)) & 0xFF];
  }
  return ~sum;
}

/// One frame, where it is whole.
struct read_frame {
  bool whole = false;
  std::size_t bytes = 0;
  term by{};
  std::uint64_t number = 0;
  std::vector<record_bytes> records;
  bool of_snapshot = false;
  std::uint64_t left = 0;
};

read_frame read_one(std::span<const std::byte> bytes) {
  read_frame read;
  wire::bounded_reader in(bytes);
  const auto first = in.number<std::uint32_t>();
  const auto length = in.number<std::uint32_t>();
  const auto sum = in.number<std::uint32_t>();
  read.of_snapshot = first == snapshot_magic;
  if (in.failed() || (first != magic && !read.of_snapshot) || length < least_body_bytes ||
      length > in.left() || length > log_frame_bytes_read_max) {
    return read;
  }
  const std::span<const std::byte> body = bytes.subspan(prefix_bytes, length);
  if (checksum(body) != sum) return read;
  wire::bounded_reader of(body);
  read.by = term{of.number<std::uint64_t>()};
  read.number = of.number<std::uint64_t>();
  const auto count = of.number<std::uint32_t>();
  if (count > of.left() / sizeof(std::uint32_t)) return read;
  for (std::uint32_t i = 0; i < count && !of.failed(); ++i) {
    const wire::byte_view record = of.bytes(of.number<std::uint32_t>());
    read.records.emplace_back(record.span().begin(), record.span().end());
  }
  if (read.of_snapshot) read.left = of.number<std::uint64_t>();
  read.whole = !of.failed();
  read.bytes = prefix_bytes + length;
  return read;
}

bool holds_a_frame(std::span<const std::byte> bytes) {
  const auto lowest = static_cast<std::byte>(magic & 0xFF);
  for (std::size_t at = 0; at + prefix_bytes + least_body_bytes <= bytes.size(); ++at) {
    if (bytes[at] == lowest && read_one(bytes.subspan(at)).whole) return true;
  }
  return false;
}

std::vector<std::byte> write_body(term by, std::uint64_t number,
                                  std::span<const record_bytes> records) {
  std::vector<std::byte> body;
  wire::bounded_writer out(body);
  out.number(static_cast<std::uint64_t>(by));
  out.number(number);
  out.number(static_cast<std::uint32_t>(records.size()));
  for (const record_bytes& each : records) {
    out.number(static_cast<std::uint32_t>(each.size()));
    out.bytes(each);
  }
  static_cast<void>(out.finish());
  return body;
}

std::vector<std::byte> write_whole(std::uint32_t first, std::span<const std::byte> body) {
  std::vector<std::byte> frame;
  wire::bounded_writer whole(frame);
  whole.number(first);
  whole.number(static_cast<std::uint32_t>(body.size()));
  whole.number(checksum(body));
  whole.bytes(body);
  static_cast<void>(whole.finish());
  return frame;
}

/// What is wrong with a frame behind those that were scanned; null where nothing is.
const char* wrong_with(const read_frame& read, const scanned_log& scanned, std::uint64_t left) {
  const bool first = scanned.frames == 0;
  const bool begins = first && read.of_snapshot && read.number - 1 < first_number_max;
  const std::uint64_t had = read.left + read.records.size();
  const bool goes_on = read.of_snapshot ? left != 0 && left == had : left == 0;
  if (!first && !goes_on) return "a snapshot is not whole, or not where the log begins";
  const bool next = read.number == scanned.frames + 1;
  if ((!next && !begins) || read.by < scanned.newest) return "a frame is not the next one";
  return nullptr;
}

}  // namespace

std::vector<std::byte> write_log_frame(term by, std::uint64_t number,
                                       std::span<const record_bytes> records,
                                       std::size_t bytes_min) {
  std::vector<std::byte> body = write_body(by, number, records);
  if (body.size() + prefix_bytes < bytes_min) body.resize(bytes_min - prefix_bytes);
  return write_whole(magic, body);
}

std::vector<std::byte> write_snapshot_frame(term by, std::uint64_t number,
                                            std::span<const record_bytes> records,
                                            std::uint64_t left) {
  std::vector<std::byte> body = write_body(by, number, records);
  for (int i = 0; i < 64; i += 8) body.push_back(static_cast<std::byte>(left >> i));
  return write_whole(snapshot_magic, body);
}

scanned_log scan_log(std::span<const std::byte> bytes) {
  scanned_log scanned;
  std::uint64_t left = 0;
  while (scanned.good_bytes < bytes.size()) {
    const std::span<const std::byte> rest =
        bytes.subspan(static_cast<std::size_t>(scanned.good_bytes));
    read_frame read = read_one(rest);
    if (!read.whole) {
      // Only the first byte is skipped: the broken frame's length says nothing.
      if (holds_a_frame(rest.subspan(1))) scanned.damage = "a frame is broken and others follow it";
      break;
    }
    if (const char* const wrong = wrong_with(read, scanned, left)) {
      scanned.damage = wrong;
      break;
    }
    left = read.left;
    scanned.frames = read.number;
    scanned.newest = read.by;
    scanned.good_bytes += read.bytes;
    for (record_bytes& each : read.records) scanned.records.push_back(std::move(each));
  }
  if (left == 0) return scanned;
  scanned_log none;
  none.damage = "a snapshot is not whole";
  return none;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
