#include "zmq/window.hpp"

#include <cstdint>

#include "support/catch.hpp"

namespace {

constexpr std::uint64_t cost = rt::zmq::window::frame_cost;

}  // namespace

TEST_CASE("zmq window: full when as much is on its way as may be, the last may pass it", "[zmq]") {
  rt::zmq::window one(4'000);
  one.sent(3'999 - cost);
  CHECK_FALSE(one.is_full());
  one.sent(100'000);
  CHECK(one.is_full());
  CHECK(one.given_there(3'999));
  CHECK(one.is_full());
  CHECK_FALSE(one.is_half_empty());
  CHECK(one.given_there(100'000 + cost - 2'000));
  CHECK(one.is_half_empty());
}

TEST_CASE("zmq window: what was never sent cannot have been given", "[zmq]") {
  rt::zmq::window one(4'000);
  one.sent(100);
  CHECK_FALSE(one.given_there(101 + cost));
  CHECK(one.given_there(100 + cost));
  CHECK_FALSE(one.given_there(1));
}

TEST_CASE("zmq window: frames without a byte fill it too", "[zmq]") {
  rt::zmq::window one(64 * cost);
  for (int i = 0; i < 64; ++i) {
    CHECK_FALSE(one.is_full());
    one.sent(0);
  }
  CHECK(one.is_full());
}

TEST_CASE("zmq window: whatever the two sides may have, a full one is emptied", "[zmq]") {
  for (const std::uint64_t here : {0, 1'000, 5'000, 1'000'000}) {
    for (const std::uint64_t there : {0, 1'024, 4'096, 70'000}) {
      for (const std::size_t frame : {0, 1, 300, 100'000}) {
        INFO(here << " " << there << " " << frame);
        rt::zmq::window sender(here);
        rt::zmq::window receiver(there);
        sender.agree(there);
        receiver.agree(here);
        REQUIRE(sender.bytes() == receiver.bytes());
        std::size_t sent = 0;
        for (; !sender.is_full(); ++sent) sender.sent(frame);
        for (; sent != 0; --sent) {
          const std::uint64_t told = receiver.given_here(frame);
          if (told != 0) REQUIRE(sender.given_there(told));
        }
        CHECK(sender.is_half_empty());
      }
    }
  }
}
