// Reads bytes as one message of any kind: its kind in two bytes, then its fields. One that can be
// read is written again and then reads equal.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "support/rewritten_frame.hpp"
#include "wire/limits.hpp"
#include "wire/little_endian.hpp"
#include "wire/message.hpp"

using namespace rt::wire;
using wire_test::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > limits::greeting_bytes_max) return 0;
  const auto* const begin = reinterpret_cast<const std::byte*>(data);
  const auto kind = static_cast<message_kind>(load_little_endian<std::uint16_t>(begin));
  std::vector<std::byte> bytes(4);
  store_little_endian(bytes.data(), static_cast<std::uint32_t>(size - 2));
  bytes.insert(bytes.end(), begin + 2, begin + size);

  bounded_reader in(bytes);
  message read;
  read_message(in, kind, read);
  if (in.failed()) return 0;
  require(in.left() == 0);
  require(kind_of(read) == kind);
  require(!to_string(kind).empty());

  std::vector<std::byte> written;
  bounded_writer out(written);
  write_message(out, read);
  require(out.finish());
  bounded_reader again(written);
  message same;
  read_message(again, kind, same);
  require(!again.failed() && again.left() == 0);
  require(same == read);
  return 0;
}
