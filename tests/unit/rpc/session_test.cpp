#include "rpc/session.hpp"

#include "support/catch.hpp"

#include <cstddef>
#include <optional>
#include <vector>

#include "wire/frame.hpp"

using rt::instant;
using rt::never;
using rt::rpc::session;
using rt::rpc::session_options;
using turn = rt::rpc::arrivals::turn;

namespace {

constexpr instant ms = session_options::ms;

void add(session& to, std::uint64_t slot) {
  rt::wire::return_notice said;
  said.lease = slot;
  REQUIRE(to.add(0, said));
  to.close_frame();
}

/// Hands over all that is unsent. Shape: the numbers.
std::vector<std::uint64_t> hand_over(session& from, instant now) {
  std::vector<std::uint64_t> numbers;
  while (const auto number = from.unsent()) {
    numbers.push_back(*number);
    from.sent(*number, now);
  }
  return numbers;
}

using numbers = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("session: frames are handed over once on a connection", "[rpc]") {
  const session_options options;
  session one(options);
  add(one, 1);
  add(one, 2);
  CHECK(hand_over(one, 0) == numbers{1, 2});
  CHECK(hand_over(one, 0).empty());
  add(one, 3);
  CHECK(hand_over(one, 0) == numbers{3});
}

TEST_CASE("session: messages of one turn share a frame", "[rpc]") {
  const session_options options;
  session one(options);
  REQUIRE(one.add(0, rt::wire::return_notice()));
  REQUIRE(one.add(0, rt::wire::return_notice()));
  CHECK_FALSE(one.unsent());
  one.close_frame();
  CHECK(hand_over(one, 0) == numbers{1});
}

TEST_CASE("session: after a new connection goes what the other side has not received", "[rpc]") {
  const session_options options;
  session one(options);
  for (int i = 0; i < 4; ++i) add(one, 1);
  hand_over(one, 0);
  CHECK(one.connected(2, 0));
  CHECK(hand_over(one, 0) == numbers{3, 4});
  CHECK(one.acknowledged(4, 0));
  CHECK_FALSE(one.waits_for_other());
}

TEST_CASE("session: sees that the other side has lost or invented something", "[rpc]") {
  const session_options options;
  session one(options);
  for (int i = 0; i < 3; ++i) add(one, 1);
  hand_over(one, 0);
  CHECK_FALSE(one.acknowledged(4, 0));
  CHECK(one.acknowledged(2, 0));
  CHECK(one.acknowledged(1, 0));  // an old frame's
  CHECK_FALSE(one.connected(1, 0));
  CHECK_FALSE(one.connected(4, 0));
  CHECK(one.connected(3, 0));
}

TEST_CASE("session: sends again what is not acknowledged in time, each time later", "[rpc]") {
  session_options options;
  options.resent_after = 10 * ms;
  options.resent_after_max = 30 * ms;
  options.resent_frames_max = 2;
  session one(options);
  for (int i = 0; i < 3; ++i) add(one, 1);
  CHECK(one.resend_at() == never);
  hand_over(one, 0);
  CHECK(one.resend_at() == 10 * ms);
  one.resend_if_due(9 * ms);
  CHECK(hand_over(one, 9 * ms).empty());
  one.resend_if_due(10 * ms);
  CHECK(hand_over(one, 10 * ms) == numbers{1, 2});
  CHECK(one.resend_at() == 30 * ms);
  one.resend_if_due(30 * ms);
  CHECK(hand_over(one, 30 * ms) == numbers{1, 2});
  CHECK(one.resend_at() == 60 * ms);  // not 40 later: that is the most
  CHECK(one.acknowledged(2, 40 * ms));
  CHECK(one.resend_at() == 70 * ms);  // nothing was measured
  one.resend_if_due(70 * ms);
  CHECK(hand_over(one, 70 * ms) == numbers{3});
  CHECK(one.acknowledged(3, 80 * ms));
  CHECK(one.resend_at() == never);
  CHECK(one.resent() == 5);
}

TEST_CASE("session: sends again after what acknowledgements have taken", "[rpc]") {
  session_options options;
  options.acknowledged_within = 5 * ms;
  options.resent_after = 100 * ms;
  options.resent_after_min = 20 * ms;
  session one(options);
  add(one, 1);
  hand_over(one, 0);
  CHECK(one.acknowledged(1, 40 * ms));
  add(one, 1);
  hand_over(one, 1'000 * ms);
  CHECK(one.resend_at() == 1'120 * ms);  // 40, and four times half of that
  CHECK(one.acknowledged(2, 1'040 * ms));
  // One that was sent again tells nothing, and leaves the pause doubled.
  add(one, 1);
  hand_over(one, 2'000 * ms);
  const instant pause = one.resend_at() - 2'000 * ms;
  CHECK(pause == 100 * ms);
  one.resend_if_due(2'100 * ms);
  CHECK(hand_over(one, 2'100 * ms) == numbers{3});
  CHECK(one.acknowledged(3, 2'101 * ms));
  add(one, 1);
  hand_over(one, 3'000 * ms);
  CHECK(one.resend_at() == 3'200 * ms);
  // The next measurement ends that; the limits hold.
  for (std::uint64_t number = 4; number < 60; ++number) {
    CHECK(one.acknowledged(number, static_cast<instant>(number) * 1'000 * ms - 999 * ms));
    add(one, 1);
    hand_over(one, static_cast<instant>(number) * 1'000 * ms);
  }
  CHECK(one.resend_at() == 59'020 * ms);
}

TEST_CASE("session: an acknowledgement leaves with a frame, or after a while", "[rpc]") {
  session_options options;
  options.acknowledged_lazily_within = 5 * ms;
  session one(options);
  CHECK(one.acknowledge_at() == never);
  REQUIRE(one.look(1, {}, 0) == turn::next);
  one.acted(10 * ms);
  CHECK(one.received() == 1);
  CHECK(one.acknowledge_at() == 15 * ms);
  REQUIRE(one.look(2, {}, 0) == turn::next);
  one.acted(12 * ms);
  CHECK(one.acknowledge_at() == 15 * ms);
  add(one, 1);
  hand_over(one, 12 * ms);
  CHECK(one.acknowledge_at() == never);
  // Who sends again has missed it; who sends early things wants to know what is missing.
  CHECK(one.look(2, {}, 20 * ms) == turn::old);
  CHECK(one.acknowledge_at() == 20 * ms);
  one.acknowledgement_sent();
  CHECK(one.look(4, {}, 30 * ms) == turn::early);
  CHECK(one.acknowledge_at() == 30 * ms);
}

TEST_CASE("session: what is kept for long is acknowledged soon where it is much", "[rpc]") {
  session_options options;
  options.acknowledged_within = 5 * ms;
  options.acknowledged_lazily_within = 1'000 * ms;
  options.unacknowledged_bytes_max = 100;
  session one(options);
  const std::vector<std::byte> frame(60);
  REQUIRE(one.look(1, frame, 0) == turn::next);
  one.acted(0);
  CHECK(one.acknowledge_at() == 1'000 * ms);
  REQUIRE(one.look(2, frame, 10 * ms) == turn::next);
  one.acted(10 * ms);
  CHECK(one.acknowledge_at() == 15 * ms);
  one.acknowledgement_sent();
  REQUIRE(one.look(3, frame, 20 * ms) == turn::next);
  one.acted(20 * ms);
  CHECK(one.acknowledge_at() == 1'020 * ms);
}

TEST_CASE("session: is full until something is acknowledged", "[rpc]") {
  session_options options;
  options.in_flight_bytes_max = 300;
  session one(options);
  unsigned added = 0;
  for (; !one.full(); ++added) add(one, added);
  CHECK(added > 1);
  hand_over(one, 0);
  CHECK(one.full());
  CHECK(one.acknowledged(1, 0));
  CHECK_FALSE(one.full());
}

TEST_CASE("session: a tail has a frame of its own and is kept until it has arrived", "[rpc]") {
  const session_options options;
  session one(options);
  auto piece = std::make_shared<std::vector<std::byte>>(1000);
  REQUIRE(one.add(0, rt::wire::return_notice()));
  REQUIRE(one.add(7, rt::wire::pull_reply(), *piece, piece));
  CHECK(hand_over(one, 0) == numbers{1, 2});
  CHECK(one.frame(2).tail.size() == 1000);
  CHECK(piece.use_count() == 2);
  CHECK(one.acknowledged(2, 0));
  CHECK(piece.use_count() == 1);
}

TEST_CASE("session: a frame is closed once, and none follows without messages", "[rpc]") {
  const session_options options;
  session one(options);
  add(one, 1);
  one.close_frame();
  CHECK(hand_over(one, 0) == numbers{1});
  one.close_frame();
  CHECK(hand_over(one, 0).empty());
}

TEST_CASE("session: what is being gathered counts as in flight", "[rpc]") {
  const session_options options;
  session one(options);
  CHECK(one.in_flight() == 0);
  REQUIRE(one.add(0, rt::wire::return_notice()));
  const std::size_t gathered = one.in_flight();
  CHECK(gathered != 0);
  one.close_frame();
  CHECK(one.in_flight() == gathered);
}
