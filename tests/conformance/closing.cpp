#include "conformance/meeting.hpp"
#include "conformance/rules.hpp"

namespace conformance {
namespace {

void delivers_what_was_taken(endpoints& around) {
  meeting both(around);
  both.join();
  std::vector<bytes> taken;
  for (std::size_t i = 0; i < 200; ++i) {
    bytes frame(i * 10);
    if (both.a.send(both.near, frame) != rt::send_status::taken) break;
    taken.push_back(std::move(frame));
  }
  both.a.transport.close(both.near);
  both.until([&] { return both.a.is_closed(both.near) && both.b.is_closed(both.far); });
  CHECK(both.a.ends.at(both.near) == rt::connection_end::asked);
  CHECK(both.b.ends.at(both.far) == rt::connection_end::left);
  CHECK(both.b.frames[both.far] == taken);
}

void delivers_to_one_that_reads_late(endpoints& around) {
  meeting both(around);
  both.join();
  both.b_polls = false;
  for (int i = 0; i < 10; ++i) both.a.send(both.near, bytes(10));
  both.a.transport.close(both.near);
  both.settle();
  both.b_polls = true;
  both.until([&] { return both.b.is_closed(both.far); });
  CHECK(both.b.ends.at(both.far) == rt::connection_end::left);
  CHECK(both.b.frames[both.far].size() == 10);
}

void tells_who_asked(endpoints& around) {
  meeting both(around);
  both.join();
  both.a.transport.close(both.near);
  CHECK_FALSE(both.a.is_closed(both.near));  // not within the call
  both.a.transport.close(both.near);         // again
  both.until([&] { return both.a.is_closed(both.near); });
  CHECK(both.a.ends.at(both.near) == rt::connection_end::asked);
}

void drops_what_comes_after(endpoints& around) {
  meeting both(around);
  both.join();
  for (int i = 0; i < 50; ++i) both.b.send(both.far, bytes(100));
  both.a.transport.close(both.near);
  both.until([&] { return both.a.is_closed(both.near); });
  for (int i = 0; i < 50; ++i) both.b.send(both.far, bytes(100));
  both.settle();
  CHECK(both.a.frames_received == 0);
}

void closes_within_received(endpoints& around) {
  meeting both(around);
  both.join();
  both.b.on_received = [&](rt::connection_id on, const bytes&) { both.b.transport.close(on); };
  for (int i = 0; i < 50; ++i) both.a.send(both.near, bytes(100));
  both.until([&] { return both.b.is_closed(both.far); });
  both.settle();
  CHECK(both.b.frames_received == 1);
  CHECK(both.b.ends.at(both.far) == rt::connection_end::asked);
}

void closes_from_both_sides(endpoints& around) {
  meeting both(around);
  both.join();
  both.a.transport.close(both.near);
  both.b.transport.close(both.far);
  both.until([&] { return both.a.is_closed(both.near) && both.b.is_closed(both.far); });
  both.settle();
  CHECK(both.a.ends.at(both.near) == rt::connection_end::asked);
  CHECK(both.b.ends.at(both.far) == rt::connection_end::asked);
}

void closes_before_it_is_open(endpoints& around) {
  meeting both(around);
  for (int moments = 0; moments < 10; ++moments) {
    const rt::connection_id asked = *both.a.transport.connect(both.place);
    both.a_polls = false;
    for (int i = 0; i < moments; ++i) both.pass();
    both.a.transport.close(asked);
    both.a_polls = true;
    both.until([&] { return both.a.is_closed(asked); });
    CHECK(both.a.ends.at(asked) == rt::connection_end::asked);
  }
  CHECK(both.a.opens.empty());
  // The other side saw nothing of it, or its end too.
  if (both.a.transport.traits().lossy) return;
  both.settle();
  CHECK(both.b.accepts.size() == both.b.ends.size());
}

void calls_from_within_events(endpoints& around) {
  meeting both(around);
  // From opened: send and connect. From received: answer. From closed: connect again.
  int again = 0;
  both.a.on_opened = [&](rt::connection_id on) { both.a.send(on, bytes_of("ask")); };
  both.b.on_received = [&](rt::connection_id on, const bytes&) {
    both.b.send(on, bytes_of("answer"));
  };
  both.a.on_received = [&](rt::connection_id on, const bytes&) { both.a.transport.close(on); };
  both.a.on_closed = [&](rt::connection_id) {
    if (++again < 5) REQUIRE(both.a.transport.connect(both.place));
  };
  REQUIRE(both.a.transport.connect(both.place));
  both.until([&] { return again == 5; });
  both.settle();
  CHECK(both.a.opens.size() == 5);
  CHECK(both.b.ends.size() == 5);
}

void stop_lingers(endpoints& around) {
  meeting both(around);
  both.join();
  std::size_t taken = 0;
  while (taken < 200 && both.a.send(both.near, bytes(100)) == rt::send_status::taken) ++taken;
  both.a.transport.stop(10'000);
  both.until([&] { return both.b.is_closed(both.far); });
  CHECK(both.b.ends.at(both.far) == rt::connection_end::left);
  CHECK(both.b.frames_received == taken);
}

void is_silent_after_stop(endpoints& around) {
  meeting both(around);
  both.join();
  both.b.send(both.far, bytes(100));
  both.a.transport.stop(0);
  both.settle();
  CHECK(both.a.frames_received == 0);
  CHECK(both.a.ends.empty());
  CHECK(both.a.send(both.near, bytes(1)) == rt::send_status::no_connection);
  CHECK_FALSE(both.a.transport.connect(both.place));
  CHECK_FALSE(both.a.transport.listen(both.place));
  both.a.transport.close(both.near);
  both.a.transport.stop(0);
}

}  // namespace

std::vector<rule> closing_rules() {
  return {
      {"what was taken before close arrives, then closed(left) there and closed(asked) here",
       profile::reliable, &delivers_what_was_taken},
      {"so also where the other side reads later", profile::reliable,
       &delivers_to_one_that_reads_late},
      {"closed(asked) follows close, once and not within it", profile::all, &tells_who_asked},
      {"what comes after close is dropped", profile::all, &drops_what_comes_after},
      {"a connection closed within received gives no further frame", profile::all,
       &closes_within_received},
      {"both sides may close at once", profile::reliable, &closes_from_both_sides},
      {"a connection closed before it is open has closed(asked) alone", profile::all,
       &closes_before_it_is_open},
      {"connect, send and close may be called from within events", profile::reliable,
       &calls_from_within_events},
      {"stop lets leave what was taken", profile::reliable, &stop_lingers},
      {"after stop nothing is told and nothing is taken", profile::all, &is_silent_after_stop},
  };
}

}  // namespace conformance
