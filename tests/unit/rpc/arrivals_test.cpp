#include "rpc/arrivals.hpp"

#include "support/catch.hpp"

#include <cstddef>
#include <vector>

using rt::rpc::arrivals;
using turn = rt::rpc::arrivals::turn;

namespace {

std::vector<std::byte> frame(int content, std::size_t bytes = 1) {
  return std::vector<std::byte>(bytes, static_cast<std::byte>(content));
}

turn look_and_act(arrivals& in, std::uint64_t number) {
  const turn seen = in.look(number, frame(static_cast<int>(number)));
  if (seen == turn::next) in.acted();
  return seen;
}

}  // namespace

TEST_CASE("arrivals: frames in order are acted upon as they come", "[rpc]") {
  arrivals in(100, 10);
  for (std::uint64_t number = 1; number <= 5; ++number) {
    CHECK(look_and_act(in, number) == turn::next);
    CHECK_FALSE(in.take_early());
  }
  CHECK(in.acted_upon() == 5);
}

TEST_CASE("arrivals: a frame that comes twice is old", "[rpc]") {
  arrivals in(100, 10);
  look_and_act(in, 1);
  CHECK(look_and_act(in, 1) == turn::old);
  look_and_act(in, 2);
  CHECK(look_and_act(in, 1) == turn::old);
  CHECK(in.acted_upon() == 2);
}

TEST_CASE("arrivals: early frames wait for their turn", "[rpc]") {
  arrivals in(100, 10);
  CHECK(look_and_act(in, 3) == turn::early);
  CHECK(look_and_act(in, 2) == turn::early);
  CHECK(look_and_act(in, 3) == turn::early);
  CHECK_FALSE(in.take_early());
  CHECK(look_and_act(in, 1) == turn::next);
  CHECK(in.take_early() == frame(2));
  in.acted();
  CHECK(in.take_early() == frame(3));
  in.acted();
  CHECK_FALSE(in.take_early());
  CHECK(in.acted_upon() == 3);
}

TEST_CASE("arrivals: one that was kept and comes again in its turn is acted upon once", "[rpc]") {
  arrivals in(100, 10);
  CHECK(look_and_act(in, 2) == turn::early);
  CHECK(look_and_act(in, 1) == turn::next);
  CHECK(look_and_act(in, 2) == turn::next);
  CHECK_FALSE(in.take_early());
  CHECK(look_and_act(in, 2) == turn::old);
}

TEST_CASE("arrivals: early frames beyond the limits are dropped", "[rpc]") {
  arrivals few(100, 2);
  for (std::uint64_t number = 2; number <= 4; ++number) look_and_act(few, number);
  look_and_act(few, 1);
  CHECK(few.take_early() == frame(2));
  few.acted();
  CHECK(few.take_early() == frame(3));
  few.acted();
  CHECK_FALSE(few.take_early());

  arrivals small(10, 100);
  CHECK(small.look(2, frame(2, 10)) == turn::early);
  CHECK(small.look(3, frame(3, 1)) == turn::early);
  small.look(1, frame(1));
  small.acted();
  CHECK(small.take_early() == frame(2, 10));
  small.acted();
  CHECK_FALSE(small.take_early());
}
