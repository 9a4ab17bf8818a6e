#include "rt/core/count.hpp"

#include <cmath>
#include <cstdint>
#include <limits>

#include "rt/core/byte_count.hpp"
#include "support/catch.hpp"

namespace {

using rt::byte_count;
using rt::count;

TEST_CASE("count: is made from any arithmetic type alike", "[core]") {
  const count made[] = {3, 3u, 3L, 3ULL, static_cast<short>(3), 3.0, 3.0f, 3.0L};
  for (const count each : made) CHECK(each.value() == 3);
  CHECK(count().value() == 0);
}

TEST_CASE("count: minus one is no limit", "[core]") {
  CHECK(count(-1).is_unlimited());
  CHECK(count(-1.0).is_unlimited());
  CHECK_FALSE(count(0).is_unlimited());
}

TEST_CASE("count: remembers what is no whole number", "[core]") {
  CHECK_FALSE(count(0.5).is_valid());
  CHECK_FALSE(count(std::nan("")).is_valid());
  CHECK_FALSE(count(1e30).is_valid());
  CHECK_FALSE(count(-1e30).is_valid());
  CHECK_FALSE(count(std::numeric_limits<std::uint64_t>::max()).is_valid());
  CHECK_FALSE(count(std::numeric_limits<std::int64_t>::min()).is_valid());
  CHECK_FALSE(count(std::numeric_limits<float>::infinity()).is_valid());
  CHECK(count(std::int64_t{1} << 60).is_valid());
  CHECK(count(0x1p60).is_valid());
}

TEST_CASE("count: reads as decimal, or says what is wrong", "[core]") {
  CHECK(to_string(count(-7)) == "-7");
  CHECK(to_string(count(0.5)) == "not a whole number");
  CHECK(to_string(count(std::nan(""))) == "not a number");
  CHECK(to_string(count(1e30)) == "too large a number");
  CHECK(to_string(count(-1e30)) == "too small a number");
}

TEST_CASE("byte_count: is made from any arithmetic type alike", "[core]") {
  CHECK(byte_count(2e9).bytes() == 2'000'000'000);
  CHECK(byte_count(1ull << 40).bytes() == std::int64_t{1} << 40);
  CHECK(byte_count(-1).is_valid());  // not less than nothing: that is for the option to say
  CHECK_FALSE(byte_count(0.5).is_valid());
  CHECK(to_string(byte_count(512)) == "512");
}

}  // namespace
