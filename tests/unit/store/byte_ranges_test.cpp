#include "store/transfers/byte_ranges.hpp"

#include "support/catch.hpp"

using rt::store::transfers::byte_ranges;

TEST_CASE("byte_ranges: what meets or overlaps becomes one", "[store]") {
  byte_ranges there;
  there.add(10, 20);
  there.add(30, 40);
  there.add(5, 5);
  CHECK(there.ranges().size() == 2);
  there.add(20, 30);
  CHECK(there.ranges().size() == 1);
  CHECK(there.end_of(10) == 40);
  there.add(0, 15);
  there.add(35, 50);
  CHECK(there.ranges().size() == 1);
  CHECK(there.end_of(0) == 50);
}

TEST_CASE("byte_ranges: tells where gaps begin and end", "[store]") {
  byte_ranges there;
  CHECK(there.end_of(0) == 0);
  CHECK(there.next_after(0, 100) == 100);
  there.add(0, 10);
  there.add(20, 30);
  CHECK(there.end_of(0) == 10);
  CHECK(there.end_of(10) == 10);
  CHECK(there.end_of(25) == 30);
  CHECK(there.next_after(10, 100) == 20);
  CHECK(there.next_after(10, 15) == 15);
  CHECK(there.next_after(30, 100) == 100);
}
