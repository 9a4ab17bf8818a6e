#include <algorithm>
#include <cstring>
#include <map>

#include "conformance/meeting.hpp"
#include "conformance/rules.hpp"
#include "sim/random_stream.hpp"

namespace conformance {
namespace {

/// Returns a frame that tells its number, and has bytes by which any change shows.
bytes numbered(std::uint32_t number, std::size_t size) {
  bytes frame(std::max(size, sizeof number));
  std::memcpy(frame.data(), &number, sizeof number);
  for (std::size_t i = sizeof number; i < frame.size(); ++i) {
    frame[i] = static_cast<std::byte>(number * 31 + i * 7);
  }
  return frame;
}

std::uint32_t number_of(const bytes& frame) {
  std::uint32_t number = 0;
  REQUIRE(frame.size() >= sizeof number);
  std::memcpy(&number, frame.data(), sizeof number);
  return number;
}

/// Sends one, when there is room.
void send_surely(meeting& both, peer& from, rt::connection_id on, const bytes& frame) {
  both.until([&] {
    const rt::send_status said = from.send(on, frame);
    REQUIRE((said == rt::send_status::taken || said == rt::send_status::full));
    return said == rt::send_status::taken;
  });
}

void keeps_order(endpoints& around) {
  meeting both(around);
  both.join();
  rt::sim::random_stream sizes(1);
  std::vector<bytes> sent;
  for (std::uint32_t i = 0; i < 3'000; ++i) {
    const std::size_t bound = sizes.one_in(50) ? 20'000 : 100;
    sent.push_back(numbered(i, sizes.below(bound)));
    send_surely(both, both.a, both.near, sent.back());
    if (sizes.one_in(20)) both.pass();
  }
  both.until([&] { return both.b.frames_received == sent.size(); });
  both.settle();
  CHECK(both.b.frames[both.far] == sent);
}

void keeps_order_both_ways(endpoints& around) {
  meeting both(around);
  both.join();
  std::vector<bytes> sent;
  for (std::uint32_t i = 0; i < 500; ++i) {
    sent.push_back(numbered(i, 64));
    send_surely(both, both.a, both.near, sent.back());
    send_surely(both, both.b, both.far, sent.back());
  }
  both.until([&] { return both.a.frames_received == 500 && both.b.frames_received == 500; });
  CHECK(both.a.frames[both.near] == sent);
  CHECK(both.b.frames[both.far] == sent);
}

void carries_any_size(endpoints& around) {
  meeting both(around);
  both.join();
  const std::size_t most = both.a.transport.traits().frame_bytes_max;
  std::vector<bytes> sent;
  for (std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{0}, std::size_t{4'095},
                           std::size_t{65'536}, most - 1, most}) {
    bytes frame(size);
    for (std::size_t i = 0; i < size; ++i) frame[i] = static_cast<std::byte>(i * 13 + size);
    send_surely(both, both.a, both.near, frame);
    sent.push_back(std::move(frame));
  }
  CHECK(both.a.send(both.near, bytes(most + 1)) == rt::send_status::too_large);
  sent.push_back(bytes_of("after it"));
  send_surely(both, both.a, both.near, sent.back());
  both.until([&] { return both.b.frames_received == sent.size(); });
  const bool same = both.b.frames[both.far] == sent;  // not printed
  CHECK(same);
}

void refuses_one_byte_too_many(endpoints& around) {
  meeting both(around);
  both.join();
  const std::size_t most = both.a.transport.traits().frame_bytes_max;
  const bytes large(most);
  const rt::gather_element last{.data = large.data(), .size = most};
  CHECK(both.a.transport.send(
            both.near, {.header = std::span(large).first(1), .payload = std::span(&last, 1)}) ==
        rt::send_status::too_large);
  both.settle();
  CHECK(both.b.frames_received == 0);
  CHECK(both.a.ends.empty());
}

void keeps_connections_apart(endpoints& around) {
  meeting both(around);
  constexpr std::uint32_t connections = 10;
  std::map<rt::connection_id, std::uint32_t> of_near;
  for (std::uint32_t i = 0; i < connections; ++i) {
    of_near[*both.a.transport.connect(both.place)] = i;
  }
  both.until([&] { return both.a.opens.size() == connections; });
  for (std::uint32_t round = 0; round < 50; ++round) {
    for (const auto& [near, index] : of_near) {
      send_surely(both, both.a, near, numbered(index, 10 + round));
    }
  }
  both.settle();
  std::size_t received = 0;
  for (const auto& [far, frames] : both.b.frames) {
    for (const bytes& each : frames) {
      ++received;
      CHECK(number_of(each) == number_of(frames.front()));
    }
  }
  CHECK(received > 0);
  if (!both.a.transport.traits().lossy) CHECK(received == 50 * connections);
}

void gives_no_more_frames_than_asked(endpoints& around) {
  meeting both(around);
  both.join();
  for (std::uint32_t i = 0; i < 100; ++i) send_surely(both, both.a, both.near, numbered(i, 8));
  both.b_polls = false;
  both.settle();
  both.until([&] {  // a transport's own threads may still bring some
    const std::size_t before = both.b.frames_received;
    const bool more = both.b.poll(3);
    return more && both.b.frames_received == before + 3;
  });
  both.until([&] { return !both.b.poll(3) && both.b.frames_received == 100; });
  CHECK_FALSE(both.b.poll(3));
}

void delivers_nothing_that_was_not_sent(endpoints& around) {
  meeting both(around);
  both.join();
  constexpr std::uint32_t count = 2'000;
  for (std::uint32_t i = 0; i < count; ++i) {
    send_surely(both, both.a, both.near, numbered(i, i % 300));
    if (i % 20 == 0) both.pass();
  }
  both.settle();
  std::map<std::uint32_t, unsigned> copies;
  for (const bytes& each : both.b.frames[both.far]) {
    const std::uint32_t number = number_of(each);
    REQUIRE(number < count);
    CHECK(each == numbered(number, number % 300));
    ++copies[number];
  }
  CHECK(copies.size() > count / 2);  // else it would be no transport
}

}  // namespace

std::vector<rule> frame_rules() {
  return {
      {"frames arrive in order, once and unchanged", profile::reliable, &keeps_order},
      {"the two directions do not disturb each other", profile::reliable, &keeps_order_both_ways},
      {"frames arrive whole, from none to frame_bytes_max bytes", profile::reliable,
       &carries_any_size},
      {"a frame beyond frame_bytes_max is too_large, and changes nothing", profile::all,
       &refuses_one_byte_too_many},
      {"frames arrive on the connection they were sent on", profile::all, &keeps_connections_apart},
      {"poll gives at most frames_max frames, and says that there are more", profile::reliable,
       &gives_no_more_frames_than_asked},
      {"frames arrive any number of times, but unchanged, and never one that was not sent",
       profile::lossy, &delivers_nothing_that_was_not_sent},
  };
}

}  // namespace conformance
