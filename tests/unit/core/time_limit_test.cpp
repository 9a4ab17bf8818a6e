#include "rt/core/time_limit.hpp"

#include <cmath>
#include <cstdint>
#include <limits>

#include "support/catch.hpp"

namespace {

using namespace std::chrono_literals;
using rt::time_limit;

TEST_CASE("time_limit: is for ever unless given", "[core]") {
  CHECK(time_limit().is_forever());
  CHECK(time_limit().duration() == std::chrono::nanoseconds::max());
  CHECK_FALSE(time_limit(0s).is_forever());
}

TEST_CASE("time_limit: is made from any duration", "[core]") {
  CHECK(time_limit(2s).duration() == 2s);
  CHECK(time_limit(0.5s).duration() == 500ms);
  CHECK(time_limit(std::chrono::duration<float>(0.25f)).duration() == 250ms);
  CHECK(time_limit(std::chrono::duration<std::int8_t, std::ratio<86400>>(2)).duration() == 48h);
  CHECK(time_limit(std::chrono::duration<double, std::ratio<1, 3>>(3)).duration() == 1s);
  CHECK(time_limit(std::chrono::duration<unsigned, std::pico>(1000)).duration() == 1ns);
}

TEST_CASE("time_limit: what is negative is 0", "[core]") {
  CHECK(time_limit(-1s).is_zero());
  CHECK(time_limit(std::chrono::hours::min()).is_zero());
  CHECK(time_limit(-std::chrono::duration<double>(std::numeric_limits<double>::infinity()))
            .is_zero());
}

TEST_CASE("time_limit: what is too large is for ever", "[core]") {
  CHECK(time_limit(std::chrono::hours::max()).is_forever());
  CHECK(time_limit(std::chrono::nanoseconds::max()).is_forever());
  CHECK(time_limit(std::chrono::duration<double>(1e300)).is_forever());
  CHECK(time_limit(std::chrono::duration<double>(std::numeric_limits<double>::infinity()))
            .is_forever());
  CHECK(time_limit(24h * 365 * 147).is_forever());
}

TEST_CASE("time_limit: now plus a finite limit never overflows", "[core]") {
  const time_limit longest = std::chrono::nanoseconds((std::int64_t{1} << 62) - 1);
  REQUIRE_FALSE(longest.is_forever());
  const auto century = std::chrono::nanoseconds(24h * 365 * 100);
  CHECK(longest.duration() <= std::chrono::nanoseconds::max() - century);
}

TEST_CASE("time_limit: a fraction of a nanosecond is rounded up, so that only 0 is 0", "[core]") {
  CHECK(time_limit(std::chrono::duration<double>(1e-15)).duration() == 1ns);
  CHECK(time_limit(std::chrono::duration<double>(0)).is_zero());
  CHECK(time_limit(std::chrono::duration<int, std::pico>(1)).duration() == 1ns);
}

TEST_CASE("time_limit: not a number is remembered, and waits for nothing", "[core]") {
  const time_limit none = std::chrono::duration<double>(std::nan(""));
  CHECK_FALSE(none.is_valid());
  CHECK(none.duration() == 0ns);
  CHECK(to_string(none) == "not a number");
}

TEST_CASE("time_limit: reads in the largest unit that shows it whole", "[core]") {
  CHECK(to_string(time_limit()) == "forever");
  CHECK(to_string(time_limit(0s)) == "0s");
  CHECK(to_string(time_limit(10min)) == "10min");
  CHECK(to_string(time_limit(90s)) == "90s");
  CHECK(to_string(time_limit(2h)) == "2h");
  CHECK(to_string(time_limit(1500ms)) == "1500ms");
  CHECK(to_string(time_limit(7us)) == "7us");
  CHECK(to_string(time_limit(1001ns)) == "1001ns");
}

}  // namespace
