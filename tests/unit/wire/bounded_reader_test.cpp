#include "wire/bounded_reader.hpp"

#include <limits>

#include "support/catch.hpp"
#include "support/wire_values.hpp"
#include "wire/bounded_writer.hpp"
#include "wire/limits.hpp"

namespace {

using namespace rt::wire;
using wire_test::bytes;

TEST_CASE("bounded_reader: reads numbers with the least byte first", "[wire]") {
  const bytes from{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4},
                   std::byte{5}, std::byte{6}, std::byte{7}};
  bounded_reader in(from);
  CHECK(in.number<std::uint8_t>() == 1);
  CHECK(in.number<std::uint16_t>() == 0x0302);
  CHECK(in.number<std::uint32_t>() == 0x07060504);
  CHECK(in.left() == 0);
  CHECK_FALSE(in.failed());
}

TEST_CASE("bounded_reader: a failure stays, and nothing is left", "[wire]") {
  const bytes from(5, std::byte{1});
  bounded_reader in(from);
  CHECK(in.number<std::uint64_t>() == 0);
  CHECK(in.failed());
  CHECK(in.left() == 0);
  const std::string first = in.failure();
  in.fail("another");
  CHECK(in.failure() == first);
  CHECK(in.number<std::uint8_t>() == 0);
  CHECK(in.bytes(1).empty());
  CHECK_FALSE(in.take_memory(0));
}

TEST_CASE("bounded_reader: a block's rest is skipped", "[wire]") {
  bytes out;
  bounded_writer to(out);
  const std::size_t opened = to.open();
  to.number(std::uint16_t{7});
  to.number(std::uint64_t{8});
  to.close(opened, 100);
  to.number(std::uint8_t{9});
  REQUIRE(to.finish());

  bounded_reader in(out);
  const std::byte* const outer_end = in.enter(100);
  CHECK(in.number<std::uint16_t>() == 7);
  CHECK(in.left() == 8);
  in.leave(outer_end);
  CHECK(in.number<std::uint8_t>() == 9);
  CHECK_FALSE(in.failed());
}

TEST_CASE("bounded_reader: a block is not read past its end, though bytes follow", "[wire]") {
  bytes from(20);
  from[0] = std::byte{2};
  bounded_reader in(from);
  const std::byte* const outer_end = in.enter(100);
  CHECK(in.number<std::uint32_t>() == 0);
  CHECK(in.failed());
  in.leave(outer_end);
  CHECK(in.left() == 0);
}

TEST_CASE("bounded_reader: refuses blocks longer than what is left, or than allowed", "[wire]") {
  for (const std::uint32_t length : {17u, 0x7FFFFFFFu, 0xFFFFFFFFu}) {
    bytes from(20);
    store_little_endian(from.data(), length);
    bounded_reader in(from);
    in.leave(in.enter(std::numeric_limits<std::size_t>::max()));
    CHECK(in.failed());
  }
  bytes from(20);
  store_little_endian(from.data(), std::uint32_t{16});
  bounded_reader in(from);
  in.leave(in.enter(15));
  CHECK(in.failed());
}

TEST_CASE("bounded_reader: memory is counted over all that is read", "[wire]") {
  const bytes from(100);
  bounded_reader in(from);
  const std::size_t all = 100 * limits::memory_per_byte_max + limits::memory_beside_max;
  CHECK(in.take_memory(all - 1));
  CHECK(in.take_memory(1));
  CHECK_FALSE(in.take_memory(1));
  CHECK(in.failed());
}

TEST_CASE("bounded_writer: takes back what was too large", "[wire]") {
  bytes out{std::byte{1}};
  bounded_writer to(out);
  const std::size_t opened = to.open();
  to.bytes(bytes(11));
  to.close(opened, 10);
  CHECK(to.failed());
  CHECK_FALSE(to.finish());
  CHECK(out == bytes{std::byte{1}});
}

}  // namespace
