#include <poll.h>
#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "support/bare_socket.hpp"
#include "support/catch.hpp"
#include "tcp/tcp.hpp"
#include "unit/tcp/side.hpp"

// What only TCP has: peers that are no transports, names, time limits. The rest is the conformance suite's.

using support::bare_socket;
using tcp_tests::side;
using tcp_tests::until;

namespace {

const std::string welcome = "\xf0\xff\xff\xff";
const std::string goodbye = "\xf2\xff\xff\xff";

std::size_t descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

}  // namespace

TEST_CASE("tcp: a stream is a welcome, frames with their lengths, a goodbye", "[tcp]") {
  side own;
  const rt::address at = own.listen();
  bare_socket peer;
  peer.connect(at);
  until({&own}, [&] { return own.heard.accepts.size() == 1; });
  CHECK(own.heard.callers.front().find("tcp://127.0.0.1:") == 0);
  CHECK(peer.hear(4) == welcome);
  for (const char each : std::string("\3\0\0\0one\0\0\0\0", 11)) {  // byte by byte
    peer.say(std::string(1, each));
    own.poll();
  }
  until({&own}, [&] { return own.heard.frames.size() == 2; });
  CHECK(own.heard.frames == std::vector<std::string>{"one", ""});
  const rt::connection_id on = own.heard.accepts.front();
  CHECK(own.own->send(on, {.header = std::as_bytes(std::span("ab", 2))}) == rt::send_status::taken);
  own.own->close(on);
  own.poll();
  CHECK(peer.hear(100) == std::string("\2\0\0\0ab", 6) + goodbye);
}

TEST_CASE("tcp: a goodbye is told from an end without one", "[tcp]") {
  side own;
  const rt::address at = own.listen();
  for (const bool orderly : {true, false}) {
    {
      bare_socket peer;
      peer.connect(at);
      if (orderly) peer.say(goodbye);
      until({&own}, [&] { return own.heard.accepts.size() == (orderly ? 1 : 2); });
    }
    until({&own}, [&] { return own.heard.accepts.size() == own.heard.ends.size(); });
    CHECK(own.heard.ends.at(own.heard.accepts.back()) ==
          (orderly ? rt::connection_end::left : rt::connection_end::lost));
  }
}

TEST_CASE("tcp: what is no frame ends the connection alone", "[tcp]") {
  rt::tcp::options limits;
  limits.frame_bytes_max = 1'000;
  side own(limits);
  const rt::address at = own.listen();
  const std::string garbage[] = {"GET / HTTP/1.1\r\n\r\n", std::string("\xe9\3\0\0", 4),
                                 std::string(1'000'000, '\x7f'), "\xff\xff\xff\xff",
                                 welcome /* which only who is called says */};
  for (const std::string& each : garbage) {
    bare_socket peer;
    peer.connect(at);
    peer.say(each.substr(0, 50'000));
    const std::size_t before = own.heard.ends.size();
    until({&own}, [&] { return own.heard.ends.size() == before + 1; });
    CHECK(own.heard.ends.at(own.heard.accepts.back()) == rt::connection_end::misused);
  }
  CHECK(own.heard.frames.empty());
  bare_socket good;
  good.connect(at);
  good.say(std::string("\2\0\0\0ok", 6));
  until({&own}, [&] { return own.heard.frames == std::vector<std::string>{"ok"}; });
}

TEST_CASE("tcp: who answers with something else was never open", "[tcp]") {
  bare_socket foreign;
  const rt::address at = foreign.listen(4);
  side own;
  const auto asked = own.own->connect(at);
  until({&own}, [&] { return own.own->send(*asked, {}) == rt::send_status::no_connection; });
  {
    bare_socket taken(foreign.take());
    taken.say("220 mail.example ESMTP\r\n");
    until({&own}, [&] { return own.heard.ends.count(*asked) == 1; });
  }
  CHECK(own.heard.ends.at(*asked) == rt::connection_end::misused);
  CHECK(own.heard.opens.empty());
}

TEST_CASE("tcp: who takes a call and says nothing is given up", "[tcp]") {
  bare_socket silent;
  const rt::address at = silent.listen(4);
  rt::tcp::options limits;
  limits.opening_ms_max = 100;
  side own(limits);
  const auto asked = own.own->connect(at);
  until({&own}, [&] { return own.heard.ends.count(*asked) == 1; });
  CHECK(own.heard.ends.at(*asked) == rt::connection_end::unreachable);
  CHECK(own.heard.opens.empty());
}

TEST_CASE("tcp: who takes nothing for long is lost, and who is idle is not", "[tcp]") {
  rt::tcp::options limits;
  limits.silence_ms_max = 300;
  side own(limits);
  const rt::address at = own.listen();
  bare_socket deaf;
  bare_socket idle;
  deaf.connect(at);
  until({&own}, [&] { return own.heard.accepts.size() == 1; });
  const rt::connection_id to_deaf = own.heard.accepts.front();
  idle.connect(at);
  const std::vector<std::byte> frame(100'000);
  while (own.own->send(to_deaf, {.header = frame}) == rt::send_status::taken) {
  }
  until({&own}, [&] { return own.heard.ends.count(to_deaf) == 1; });
  CHECK(own.heard.ends.at(to_deaf) == rt::connection_end::lost);
  REQUIRE(own.heard.accepts.size() == 2);
  CHECK(own.heard.ends.size() == 1);
}

TEST_CASE("tcp: one more than may be there is refused, until one has left", "[tcp]") {
  rt::tcp::options limits;
  limits.accepted_max = 2;
  side called(limits);
  const rt::address at = called.listen();
  side caller;
  std::vector<rt::connection_id> asked;
  for (int i = 0; i < 3; ++i) asked.push_back(*caller.own->connect(at));
  until({&called, &caller},
        [&] { return caller.heard.opens.size() == 2 && caller.heard.ends.size() == 1; });
  CHECK(caller.heard.ends.begin()->second == rt::connection_end::refused);
  CHECK(called.heard.accepts.size() == 2);
  caller.own->close(caller.heard.opens.front());
  until({&called, &caller}, [&] { return called.heard.ends.size() == 1; });
  caller.own->connect(at).value();
  until({&called, &caller}, [&] { return caller.heard.opens.size() == 3; });
}

TEST_CASE("tcp: hosts by name are looked up, and one that nobody has is unreachable", "[tcp]") {
  side called;
  const rt::address at = called.listen();
  const std::string port = at.text().substr(at.text().rfind(':'));
  side caller;
  const auto known = caller.own->connect(*rt::address::parse("tcp://localhost" + port));
  const auto unknown = caller.own->connect(*rt::address::parse("tcp://no.such.host.invalid:1"));
  until({&called, &caller},
        [&] { return caller.heard.opens.size() == 1 && caller.heard.ends.count(*unknown) == 1; });
  CHECK(caller.heard.opens.front() == *known);
  CHECK(caller.heard.ends.at(*unknown) == rt::connection_end::unreachable);
  // One that is closed while it is looked up, or whose transport ends, is no harm.
  const auto closed = caller.own->connect(*rt::address::parse("tcp://localhost" + port));
  caller.own->close(*closed);
  until({&called, &caller}, [&] { return caller.heard.ends.count(*closed) == 1; });
  CHECK(caller.heard.ends.at(*closed) == rt::connection_end::asked);
  REQUIRE(caller.own->connect(*rt::address::parse("tcp://localhost" + port)));
  caller.own.reset();
}

TEST_CASE("tcp: addresses that cannot be listened on or called are refused", "[tcp]") {
  side own;
  for (const char* text : {"tcp://some.name:0", "tcp://8.8.8.8:0", "tcp://nowhere"}) {
    INFO(text);
    const auto said = own.own->listen(*rt::address::parse(text));
    REQUIRE_FALSE(said);
    CHECK(said.error().code == rt::errc::config);
    CHECK(said.error().message.find(text) == 0);
  }
  CHECK_FALSE(own.own->connect(*rt::address::parse("tcp://127.0.0.1:0")));
  const auto everywhere = own.own->listen(*rt::address::parse("tcp://0.0.0.0:0"));
  REQUIRE(everywhere);
  CHECK(everywhere->text().find("0.0.0.0") == std::string::npos);
  side caller;
  REQUIRE(caller.own->connect(*everywhere));
  until({&own, &caller}, [&] { return caller.heard.opens.size() == 1; });
}

TEST_CASE("tcp: its descriptor wakes who sleeps on it, and rests else", "[tcp]") {
  side called;
  const rt::address at = called.listen();
  side caller;
  const auto asked = caller.own->connect(at);
  until({&called, &caller}, [&] { return caller.heard.opens.size() == 1; });
  while (called.poll() || caller.poll()) {
  }
  const auto readable = [](side& which) {
    pollfd at_rest{which.own->wait_handle(), POLLIN, 0};
    return ::poll(&at_rest, 1, 0) == 1;
  };
  CHECK_FALSE(readable(called));
  CHECK_FALSE(readable(caller));
  CHECK(caller.own->send(*asked, {}) == rt::send_status::taken);
  until({&called}, [&] { return called.heard.frames.size() == 1; });
  caller.own->wake();
  CHECK(readable(caller));
  caller.poll();
  CHECK_FALSE(readable(caller));
}

TEST_CASE("tcp: ten thousand connections leave nothing behind", "[tcp]") {
  const std::size_t before = descriptors();
  {
    side called;
    const rt::address at = called.listen();
    side caller;
    constexpr std::size_t rounds = 100;
    constexpr std::size_t at_once = 100;
    for (std::size_t round = 1; round <= rounds; ++round) {
      for (std::size_t i = 0; i < at_once; ++i) REQUIRE(caller.own->connect(at));
      until({&called, &caller}, [&] { return caller.heard.opens.size() == round * at_once; });
      for (std::size_t i = caller.heard.opens.size() - at_once; i < round * at_once; ++i) {
        // By turns either side ends it.
        if (i % 2 == 0) caller.own->close(caller.heard.opens[i]);
      }
      until({&called, &caller}, [&] { return called.heard.accepts.size() == round * at_once; });
      for (const rt::connection_id each : called.heard.accepts) {
        if (called.heard.ends.count(each) == 0) called.own->close(each);
      }
      until({&called, &caller}, [&] {
        return caller.heard.ends.size() == round * at_once &&
               called.heard.ends.size() == round * at_once;
      });
    }
    CHECK(descriptors() <= before + 16);
  }
  CHECK(descriptors() == before);
}
