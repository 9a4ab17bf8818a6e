#include <set>

#include "conformance/meeting.hpp"
#include "conformance/rules.hpp"

namespace conformance {
namespace {

void fills_in_open_place(endpoints& around) {
  const auto first = around.other().listen(around.open_place());
  const auto second = around.other().listen(around.open_place());
  REQUIRE(first);
  REQUIRE(second);
  CHECK_FALSE(*first == around.open_place());
  CHECK_FALSE(*first == *second);
}

void refuses_taken_place(endpoints& around) {
  const auto place = around.other().listen(around.open_place());
  const auto again = around.other().listen(*place);
  REQUIRE_FALSE(again);
  CHECK(again.error().code == rt::errc::config);
}

void refuses_strange_addresses(endpoints& around) {
  const rt::address strange = *rt::address::parse("nosuchscheme://place");
  const auto listened = around.other().listen(strange);
  const auto connected = around.one().connect(strange);
  REQUIRE_FALSE(listened);
  REQUIRE_FALSE(connected);
  CHECK(listened.error().code == rt::errc::config);
  CHECK(connected.error().code == rt::errc::config);
  CHECK_FALSE(connected.error().message.empty());
}

void tells_both_sides(endpoints& around) {
  meeting both(around);
  both.join();
  both.settle();
  CHECK(both.a.opens == std::vector<rt::connection_id>{both.near});
  CHECK(both.b.accepts == std::vector<rt::connection_id>{both.far});
  CHECK(both.a.ends.empty());
  CHECK(both.b.ends.empty());
}

void carries_frames_from_the_first_event_on(endpoints& around) {
  meeting both(around);
  both.a.on_opened = [&](rt::connection_id on) {
    CHECK(both.a.send(on, bytes_of("from opened")) == rt::send_status::taken);
  };
  both.b.on_accepted = [&](rt::connection_id on) {
    CHECK(both.b.send(on, bytes_of("from accepted")) == rt::send_status::taken);
  };
  both.join();
  both.until([&] { return both.a.frames_received == 1 && both.b.frames_received == 1; });
  CHECK(both.a.frames[both.near].front() == bytes_of("from accepted"));
  CHECK(both.b.frames[both.far].front() == bytes_of("from opened"));
}

void says_that_nobody_is_there(endpoints& around) {
  meeting both(around);
  const auto asked = both.a.transport.connect(around.nobody());
  REQUIRE(asked);
  both.until([&] { return both.a.is_closed(*asked); });
  both.settle();
  CHECK(both.a.ends.at(*asked) == rt::connection_end::unreachable);
  CHECK(both.a.opens.empty());
}

void gives_nothing_from_nobody(endpoints& around) {
  meeting both(around);
  const auto asked = both.a.transport.connect(around.nobody());
  REQUIRE(asked);
  for (int i = 0; i < 20; ++i) {
    both.a.send(*asked, bytes_of("is there anybody?"));
    both.settle();
  }
  CHECK(both.a.frames_received == 0);
  CHECK(both.b.accepts.empty());
  if (both.a.is_closed(*asked)) {
    CHECK(both.a.ends.at(*asked) == rt::connection_end::unreachable);
  }
}

void opens_and_closes_thousands(endpoints& around) {
  meeting both(around);
  std::set<rt::connection_id> numbers;
  constexpr std::size_t at_once = 50;
  constexpr std::size_t rounds = 40;
  for (std::size_t round = 1; round <= rounds; ++round) {
    for (std::size_t i = 0; i < at_once; ++i) numbers.insert(*both.a.transport.connect(both.place));
    both.until([&] { return both.a.opens.size() == round * at_once; });
    for (std::size_t i = both.a.opens.size() - at_once; i < both.a.opens.size(); ++i) {
      both.a.transport.close(both.a.opens[i]);
    }
    both.until([&] { return both.a.ends.size() == round * at_once; });
  }
  CHECK(numbers.size() == rounds * at_once);
  if (both.a.transport.traits().lossy) return;
  both.until([&] { return both.b.ends.size() == rounds * at_once; });
  for (const auto& [connection, why] : both.b.ends) {
    CHECK(why == rt::connection_end::left);
    CHECK(both.b.frames.count(connection) == 0);
  }
}

}  // namespace

std::vector<rule> opening_rules() {
  return {
      {"listen fills in an open place, each time another", profile::all, &fills_in_open_place},
      {"listen refuses a place that is taken", profile::all, &refuses_taken_place},
      {"an address of another scheme is a wrong configuration", profile::all,
       &refuses_strange_addresses},
      {"opened here, accepted there, once each", profile::all, &tells_both_sides},
      {"frames can be sent from opened and accepted on", profile::reliable,
       &carries_frames_from_the_first_event_on},
      {"connecting to nobody gives closed(unreachable) alone", profile::reliable,
       &says_that_nobody_is_there},
      {"of nobody nothing is heard", profile::lossy, &gives_nothing_from_nobody},
      {"thousands of connections are opened and closed, each with a number of its own",
       profile::all, &opens_and_closes_thousands},
  };
}

}  // namespace conformance
