#include "conformance/meeting.hpp"
#include "conformance/rules.hpp"

namespace conformance {
namespace {

void refuses_unknown_connections(endpoints& around) {
  meeting both(around);
  both.join();
  for (std::uint64_t number : {std::uint64_t{0}, std::uint64_t{1} << 40, UINT64_MAX}) {
    const rt::connection_id unknown{number};
    CHECK(both.a.send(unknown, bytes(1)) == rt::send_status::no_connection);
    both.a.transport.close(unknown);
  }
  both.settle();
  CHECK(both.a.ends.empty());
  CHECK(both.b.ends.empty());
}

void refuses_before_opened(endpoints& around) {
  meeting both(around);
  const rt::connection_id asked = *both.a.transport.connect(both.place);
  CHECK(both.a.send(asked, bytes(1)) == rt::send_status::no_connection);
  both.until([&] { return both.a.opens.size() == 1; });
  CHECK(both.a.send(asked, bytes(1)) == rt::send_status::taken);
}

void refuses_after_close(endpoints& around) {
  meeting both(around);
  both.join();
  both.a.transport.close(both.near);
  CHECK(both.a.send(both.near, bytes(1)) == rt::send_status::no_connection);
  both.until([&] { return both.a.is_closed(both.near); });
  CHECK(both.a.send(both.near, bytes(1)) == rt::send_status::no_connection);
  both.a.transport.close(both.near);
  both.settle();
}

void wakes_without_need(endpoints& around) {
  meeting both(around);
  both.a.transport.wake();
  both.a.transport.wake();
  CHECK_FALSE(both.a.poll());
  both.join();
}

}  // namespace

std::vector<rule> misuse_rules() {
  return {
      {"a number that names no connection takes no frame, and its close is let pass", profile::all,
       &refuses_unknown_connections},
      {"a connection that is not yet open takes no frame", profile::all, &refuses_before_opened},
      {"a connection that was closed takes no frame", profile::all, &refuses_after_close},
      {"wake does no harm", profile::all, &wakes_without_need},
  };
}

}  // namespace conformance
