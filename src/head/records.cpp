// record := number(1) struct

#include "head/records.hpp"

#include <utility>

#include "wire/field_reader.hpp"
#include "wire/field_writer.hpp"
#include "wire/malformed.hpp"

namespace rt::head {
inline namespace RT_LANE_VARIANT {
namespace {

template <std::size_t... Index>
bool read_numbered(wire::bounded_reader& in, std::size_t number, record& to,
                   std::index_sequence<Index...>) {
  wire::field_reader fields(in);
  return ((Index + 1 == number ? (fields.value(to.emplace<Index>()), true) : false) || ...);
}

}  // namespace

result<std::vector<std::byte>> write_record(const record& from) {
  std::vector<std::byte> bytes;
  wire::bounded_writer out(bytes);
  out.number(static_cast<std::uint8_t>(from.index() + 1));
  std::visit([&out](const auto& each) { wire::field_writer(out).value(each); }, from);
  if (!out.finish()) return wire::unwritable("a record of the head's log", out.failure());
  return bytes;
}

result<record> read_record(std::span<const std::byte> bytes) {
  wire::bounded_reader in(bytes);
  record read;
  const auto number = in.number<std::uint8_t>();
  if (!read_numbered(in, number, read, std::make_index_sequence<std::variant_size_v<record>>())) {
    in.fail("its number is none");
  }
  if (in.left() != 0) in.fail("something follows it");
  if (in.failed()) return wire::malformed("a record of the head's log", in.failure());
  return read;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
