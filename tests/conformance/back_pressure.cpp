#include <algorithm>

#include "conformance/meeting.hpp"
#include "conformance/rules.hpp"

namespace conformance {
namespace {

constexpr std::size_t frame_bytes = 1'000;

/// Sends while frames are taken.   Shape: returns how many were.
std::size_t fill(meeting& both) {
  constexpr std::size_t frames_max = 1'000'000;  // a gigabyte, which is no limit
  std::size_t taken = 0;
  both.b_polls = false;
  int refusals = 0;
  while (refusals < 2) {
    REQUIRE(taken < frames_max);
    const rt::send_status said = both.a.send(both.near, bytes(frame_bytes));
    if (said == rt::send_status::taken) {
      ++taken;
      continue;
    }
    REQUIRE(said == rt::send_status::full);
    ++refusals;  // full, and full still when what could leave has left
    both.settle();
    if (both.a.writables[both.near] != 0) {
      both.a.writables.clear();
      refusals = 0;
    }
  }
  return taken;
}

void says_full_and_then_writable(endpoints& around) {
  meeting both(around);
  both.join();
  const std::size_t taken = fill(both);
  CHECK(taken > 0);
  CHECK(both.a.writables[both.near] == 0);
  for (std::size_t size : {0, 1, 100}) {
    CHECK(both.a.send(both.near, bytes(size)) == rt::send_status::full);
  }
  both.b_polls = true;
  both.until([&] { return both.a.writables[both.near] == 1; });
  CHECK(both.a.send(both.near, bytes(frame_bytes)) == rt::send_status::taken);
  both.settle();
  CHECK(both.a.writables[both.near] == 1);
  if (both.a.transport.traits().lossy) return;
  both.until([&] { return both.b.frames_received == taken + 1; });
  both.settle();
  CHECK(both.b.frames_received == taken + 1);
}

void takes_a_frame_within_writable(endpoints& around) {
  meeting both(around);
  both.join();
  fill(both);
  unsigned taken = 0;
  both.a.on_writable = [&](rt::connection_id on) {
    CHECK(both.a.send(on, bytes(both.a.transport.traits().frame_bytes_max)) ==
          rt::send_status::taken);
    ++taken;
  };
  both.b_polls = true;
  both.until([&] { return taken == 1; });
}

void is_not_writable_unasked(endpoints& around) {
  meeting both(around);
  both.join();
  for (int i = 0; i < 20; ++i) {
    CHECK(both.a.send(both.near, bytes(100)) == rt::send_status::taken);
  }
  both.settle();
  CHECK(both.a.writables.empty());
}

void does_not_hold_up_others(endpoints& around) {
  meeting both(around);
  both.join();
  const rt::connection_id other = *both.a.transport.connect(both.place);
  both.until([&] { return both.a.opens.size() == 2; });
  fill(both);
  CHECK(both.a.send(other, bytes(100)) == rt::send_status::taken);
}

}  // namespace

std::vector<rule> back_pressure_rules() {
  return {
      {"full when the other side does not read, until writable, which comes once", profile::all,
       &says_full_and_then_writable},
      {"within writable a frame of any size is taken", profile::all,
       &takes_a_frame_within_writable},
      {"writable comes only after full", profile::all, &is_not_writable_unasked},
      {"a full connection does not make another full", profile::all, &does_not_hold_up_others},
  };
}

}  // namespace conformance
