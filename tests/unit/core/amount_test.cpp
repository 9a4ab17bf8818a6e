#include "rt/core/amount.hpp"

#include <cmath>
#include <cstdint>
#include <limits>

#include "support/catch.hpp"

namespace {

using rt::amount;

TEST_CASE("amount: is made from any arithmetic type alike", "[core]") {
  const int i = 2;
  const unsigned char c = 2;
  const bool yes = true;
  const amount made[] = {i, 2u, c, 2L, 2ULL, static_cast<short>(2), 2.0, 2.0f, 2.0L};
  for (const amount each : made) CHECK(each.ten_thousandths() == 20'000);
  CHECK(amount(yes) == amount(1));
  CHECK(amount() == amount(0));
}

TEST_CASE("amount: does not drift, adding a tenth ten thousand times", "[core]") {
  amount sum;
  for (int i = 0; i < 10'000; ++i) sum += 0.1;
  CHECK(sum == amount(1000));
  for (int i = 0; i < 10'000; ++i) sum -= 0.1f;
  CHECK(sum == amount(0));
}

TEST_CASE("amount: rounds to the nearest ten-thousandth", "[core]") {
  CHECK(amount(1.0 / 3).ten_thousandths() == 3333);
  CHECK(amount(2.0 / 3).ten_thousandths() == 6667);
  CHECK(amount(-2.0 / 3).ten_thousandths() == -6667);
  CHECK(amount(0.00005).ten_thousandths() == 1);
}

TEST_CASE("amount: remembers what has no meaning", "[core]") {
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK_FALSE(amount(std::nan("")).is_valid());
  CHECK_FALSE(amount(infinity).is_valid());
  CHECK_FALSE(amount(-infinity).is_valid());
  CHECK_FALSE(amount(1e-9).is_valid());
  CHECK_FALSE(amount(-1e-9).is_valid());
  CHECK_FALSE(amount(1e300).is_valid());
  CHECK_FALSE(amount(-1e30f).is_valid());
  CHECK_FALSE(amount(std::numeric_limits<std::int64_t>::max()).is_valid());
  CHECK_FALSE(amount(std::numeric_limits<std::int64_t>::min()).is_valid());
  CHECK_FALSE(amount(std::numeric_limits<std::uint64_t>::max()).is_valid());
  CHECK_FALSE(amount(amount::limit + 1).is_valid());
  CHECK(amount(amount::limit).is_valid());
  CHECK(amount(-amount::limit).is_valid());
  CHECK(amount(static_cast<double>(amount::limit)).is_valid());
  CHECK(amount(static_cast<float>(1e12f)).is_valid());
}

TEST_CASE("amount: ninety of the largest still fit", "[core]") {
  amount sum;
  for (int i = 0; i < 90; ++i) sum += amount::limit;
  CHECK(sum.ten_thousandths() == 90 * amount::limit * amount::per_one);
}

TEST_CASE("amount: reads as the shortest decimal", "[core]") {
  CHECK(to_string(amount(0)) == "0");
  CHECK(to_string(amount(4)) == "4");
  CHECK(to_string(amount(0.5)) == "0.5");
  CHECK(to_string(amount(-1.25)) == "-1.25");
  CHECK(to_string(amount(0.0001)) == "0.0001");
  CHECK(to_string(amount(10.01)) == "10.01");
  CHECK(to_string(amount(std::nan(""))) == "not a number");
  CHECK(to_string(amount(1e99)) == "too large a number");
  CHECK(to_string(amount(-1e99)) == "too small a number");
  CHECK(to_string(amount(1e-9)) == "less than 0.0001");
}

TEST_CASE("amount: is compared, and known at compile time", "[core]") {
  STATIC_REQUIRE(amount(1) < amount(1.5));
  STATIC_REQUIRE(amount(1) - amount(0.25) == amount(0.75));
  STATIC_REQUIRE(!amount(0));
  STATIC_REQUIRE(amount(0.5).to_double() == 0.5);
  STATIC_REQUIRE(amount::of_ten_thousandths(5) == amount(0.0005));
}

}  // namespace
