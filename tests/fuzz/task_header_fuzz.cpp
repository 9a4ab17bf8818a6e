// Reads bytes as a task header that stands alone. One that can be read is written again, with what
// its context holds of a later version, and then reads equal.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "support/rewritten_frame.hpp"
#include "wire/task_header.hpp"

using namespace rt::wire;
using wire_test::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = read_task_header(std::as_bytes(std::span(data, size)));
  if (!read) {
    require(read.error().code == rt::errc::serialization);
    return 0;
  }
  require(read->context.waiting.size() <= limits::waiting_actors_max);
  std::vector<std::byte> written;
  require(write_task_header(written, *read).has_value());
  const auto same = read_task_header(written);
  require(same.has_value());
  require(*same == *read);
  return 0;
}
