// header := magic(2) = 'R' 'T'
//           header_bytes(2)        of all of it; what is beyond 88 is a later version's, and skipped
//           version(2) zero(2)
//           message_bytes(4) tail_bytes(4)
//           cluster(8) sender(8) receiver(8) job.incarnation(8) job.counter(8)
//           session(8) number(8) acknowledged(8) term(8)
//
// All numbers with the least byte first; all of eight bytes lie at multiples of eight.

#include "wire/frame_header.hpp"

#include "wire/field_reader.hpp"
#include "wire/field_writer.hpp"
#include "wire/limits.hpp"

namespace rt::wire {
namespace {

constexpr std::uint16_t magic = 0x5452;  // 'R' 'T', the least byte first

}  // namespace

void read_frame_header(bounded_reader& in, frame_header& to) {
  const auto mark = in.number<std::uint16_t>();
  const auto bytes = in.number<std::uint16_t>();
  if (mark != magic) return in.fail("it is no frame of this protocol");
  if (bytes < frame_header_bytes) return in.fail("its header is too short");
  if (bytes > limits::header_bytes_max) return in.fail("its header is too long");
  to.version = in.number<std::uint16_t>();
  in.number<std::uint16_t>();  // room that a later version may use
  field_reader(in).value(to);
  in.bytes(bytes - frame_header_bytes);
}

void write_frame_header(bounded_writer& out, const frame_header& from) {
  out.number(magic);
  out.number(static_cast<std::uint16_t>(frame_header_bytes));
  out.number(from.version);
  out.number(std::uint16_t{0});
  field_writer(out).value(from);
}

}  // namespace rt::wire
