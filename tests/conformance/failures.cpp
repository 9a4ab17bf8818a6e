#include <algorithm>

#include "conformance/meeting.hpp"
#include "conformance/rules.hpp"

namespace conformance {
namespace {

void sees_a_death(endpoints& around) {
  meeting both(around);
  both.join();
  for (int i = 0; i < 50; ++i) both.b.send(both.far, bytes(static_cast<std::size_t>(i)));
  both.kill_other();
  both.until([&] { return both.a.is_closed(both.near); });
  CHECK(both.a.ends.at(both.near) == rt::connection_end::lost);
  // Of what it had sent a first part came.
  const auto& came = both.a.frames[both.near];
  for (std::size_t i = 0; i < came.size(); ++i) CHECK(came[i].size() == i);
}

void takes_frames_until_a_death_is_told(endpoints& around) {
  meeting both(around);
  both.join();
  both.kill_other();
  both.until([&] {
    const rt::send_status said = both.a.send(both.near, bytes(10));
    if (both.a.is_closed(both.near)) {
      CHECK(said == rt::send_status::no_connection);
      return true;
    }
    CHECK((said == rt::send_status::taken || said == rt::send_status::full));
    return false;
  });
}

void finds_nobody_after_a_death(endpoints& around) {
  meeting both(around);
  both.kill_other();
  const rt::connection_id asked = *both.a.transport.connect(both.place);
  both.until([&] { return both.a.is_closed(asked); });
  CHECK(both.a.ends.at(asked) == rt::connection_end::unreachable);
  CHECK(both.a.opens.empty());
}

void survives_a_death(endpoints& around) {
  meeting both(around);
  both.join();
  both.kill_other();
  for (int i = 0; i < 100; ++i) {
    const rt::send_status said = both.a.send(both.near, bytes(10));
    CHECK(said != rt::send_status::too_large);
    both.settle();
  }
  if (both.a.is_closed(both.near)) CHECK(both.a.ends.at(both.near) == rt::connection_end::lost);
}

void waits_for_a_frozen_one(endpoints& around) {
  meeting both(around);
  both.join();
  both.b_polls = false;
  for (int i = 0; i < 20; ++i) both.a.send(both.near, bytes(10));
  for (int i = 0; i < 10; ++i) both.settle();
  CHECK(both.a.ends.empty());
  CHECK(both.b.frames_received == 0);
  both.b_polls = true;
  both.until([&] { return both.b.frames_received == 20; });
  CHECK(both.b.ends.empty());
}

}  // namespace

std::vector<rule> failure_rules() {
  return {
      {"a peer that dies gives closed(lost), after a first part of what it had sent",
       profile::reliable, &sees_a_death},
      {"until closed is told, a connection that broke takes frames", profile::reliable,
       &takes_frames_until_a_death_is_told},
      {"where somebody died nobody is found", profile::reliable, &finds_nobody_after_a_death},
      {"a peer that dies may go unnoticed", profile::lossy, &survives_a_death},
      {"a peer that freezes is waited for", profile::reliable, &waits_for_a_frozen_one},
  };
}

}  // namespace conformance
