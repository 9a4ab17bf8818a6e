#include "sim/random_stream.hpp"

#include <cstdint>

#include "support/catch.hpp"

using rt::sim::random_stream;

TEST_CASE("random_stream: the numbers of a seed are the same for ever") {
  random_stream numbers(7);
  CHECK(numbers.next() == 0xf3748e1dd06c47daU);
  CHECK(numbers.next() == 0x923d2dd205dc50d4U);
  CHECK(random_stream(7).next() != random_stream(8).next());
}

TEST_CASE("random_stream: streams of one seed differ by purpose") {
  CHECK(random_stream(7, 1).next() != random_stream(7, 2).next());
}

TEST_CASE("random_stream: below and between keep their bounds and reach them") {
  random_stream numbers(1);
  bool seen[5] = {};
  for (int i = 0; i < 1000; ++i) {
    const auto drawn = numbers.below(5);
    REQUIRE(drawn < 5);
    seen[drawn] = true;
    const auto inside = numbers.between(-2, 2);
    REQUIRE(inside >= -2);
    REQUIRE(inside <= 2);
  }
  for (bool each : seen) CHECK(each);
  CHECK(numbers.below(1) == 0);
  CHECK(numbers.between(3, 3) == 3);
  numbers.between(INT64_MIN, INT64_MAX);
}
