#include <poll.h>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "support/bare_socket.hpp"
#include "support/catch.hpp"
#include "unit/zmq/foreign_peer.hpp"
#include "unit/zmq/side.hpp"

// What only ZeroMQ has: peers that are no transports, names, time limits. The rest is the conformance suite's.

using support::bare_socket;
using zmq_tests::foreign_peer;
using zmq_tests::side;
using zmq_tests::until;

namespace {

const std::string refusal = "\3";

std::size_t descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

/// What a ZeroMQ peer says first, and that it calls.
std::string zmtp_beginning() {
  std::string said("\xff\0\0\0\0\0\0\0\1\x7f\3\0NULL", 16);
  said.append(16 + 1 + 31, '\0');
  return said + std::string("\4\x1c\5READY\xbSocket-Type\0\0\0\6DEALER", 30);
}

constexpr std::size_t greeting_bytes = 64;  // before what is agreed on

/// One short message.
std::string zmtp_message(const std::string& bytes) {
  return std::string("\0", 1) + static_cast<char>(bytes.size()) + bytes;
}

std::string hello() {
  return rt::zmq::greeting_message(rt::zmq::word::hello, 1'000'000).to_string();
}

}  // namespace

TEST_CASE("zmq: garbage on the port is told to nobody", "[zmq]") {
  side own;
  const rt::address at = own.listen();
  std::vector<std::unique_ptr<bare_socket>> foreign;
  const std::string garbage[] = {"GET / HTTP/1.1\r\n\r\n",
                                 std::string(100'000, '\x7f'),
                                 std::string(100'000, '\xff'),
                                 std::string(1'000, '\0'),
                                 zmtp_beginning() + std::string(50'000, '\xff'),
                                 zmtp_beginning().substr(0, 70)};
  for (const std::string& each : garbage) {
    foreign.push_back(std::make_unique<bare_socket>());
    foreign.back()->connect(at);
    foreign.back()->say(each);
  }
  side good;
  const auto asked = good.own->connect(at);
  until({&own, &good}, [&] { return good.heard.opens.size() == 1; });
  CHECK(good.send(*asked, "ok") == rt::send_status::taken);
  until({&own, &good}, [&] { return own.heard.frames.size() == 1; });
  CHECK(own.heard.accepts.size() == 1);
  CHECK(own.heard.callers.front() == "zmq://127.0.0.1:0");
  CHECK(own.heard.ends.empty());
}

TEST_CASE("zmq: who speaks ZeroMQ and not our words is told to go", "[zmq]") {
  side own;
  const rt::address at = own.listen();
  foreign_peer foreign;
  foreign.connect(at);
  foreign.say("a message of somebody else's program");
  until({&own}, [&] { return foreign.heard().size() == 1; });
  foreign.say("");
  foreign.say("RTZ1");
  foreign.say(hello().substr(1));
  foreign.socket().send(::zmq::message_t(hello()), ::zmq::send_flags::sndmore);
  foreign.say(hello());
  foreign.say_frame("without a greeting");
  until({&own}, [&] { return foreign.heard().size() == 6; });
  CHECK(foreign.heard() == std::vector<std::string>(6, refusal));
  CHECK(own.heard.accepts.empty());
  CHECK(own.heard.frames.empty());
}

TEST_CASE("zmq: words that do not fit end a connection alone", "[zmq]") {
  rt::zmq::options limits;
  limits.frame_bytes_max = 1'000;
  side own(limits);
  const rt::address at = own.listen();
  side good;
  REQUIRE(good.own->connect(at));
  until({&own, &good}, [&] { return good.heard.opens.size() == 1; });
  using rt::zmq::word;
  const std::string wrong[] = {hello(),
                               std::string("\x9", 1),
                               "",
                               rt::zmq::message_of(word::welcome).to_string(),
                               rt::zmq::message_of(word::credit).to_string(),
                               rt::zmq::credit_message(UINT64_MAX).to_string(),
                               std::string(1'001, 'x') + std::string("\0", 1)};
  for (const std::string& each : wrong) {
    foreign_peer foreign;
    foreign.connect(at);
    foreign.greet();
    foreign.say(each);
    const std::size_t before = own.heard.ends.size();
    until({&own}, [&] { return own.heard.ends.size() == before + 1; });
    CHECK(own.heard.ends.at(own.heard.accepts.back()) == rt::connection_end::misused);
  }
  foreign_peer larger;  // ZeroMQ itself hangs up
  larger.connect(at);
  larger.greet();
  const std::size_t accepts = own.heard.accepts.size();
  until({&own}, [&] { return own.heard.accepts.size() == accepts + 1; });
  larger.say(std::string(100'000, '\0'));
  const std::size_t before = own.heard.ends.size();
  until({&own}, [&] { return own.heard.ends.size() == before + 1; });
  CHECK(own.heard.ends.at(own.heard.accepts.back()) == rt::connection_end::lost);
  CHECK(own.heard.frames.empty());
  CHECK(own.heard.ends.count(own.heard.accepts.front()) == 0);
}

TEST_CASE("zmq: who answers with something else was never open", "[zmq]") {
  rt::zmq::options limits;
  limits.opening_ms_max = 300;
  side own(limits);
  foreign_peer router(::zmq::socket_type::router);
  const auto to_router = own.own->connect(router.listen());
  until({&own}, [&] { return router.heard().size() == 2; });
  const std::size_t window = rt::zmq::options().window_bytes_max;
  CHECK(router.heard().back() ==
        rt::zmq::greeting_message(rt::zmq::word::hello, window).to_string());
  router.socket().send(::zmq::message_t(router.heard().front()), ::zmq::send_flags::sndmore);
  router.say("who are you?");
  until({&own}, [&] { return own.heard.ends.count(*to_router) == 1; });
  CHECK(own.heard.ends.at(*to_router) == rt::connection_end::misused);

  bare_socket mail;
  const auto to_mail = own.own->connect(mail.listen(4, "zmq"));
  bare_socket taken(mail.take());
  taken.say("220 mail.example ESMTP\r\n");
  until({&own}, [&] { return own.heard.ends.count(*to_mail) == 1; });
  CHECK(own.heard.opens.empty());
}

TEST_CASE("zmq: who takes a call and says nothing is given up", "[zmq]") {
  bare_socket silent;
  foreign_peer router(::zmq::socket_type::router);
  rt::zmq::options limits;
  limits.opening_ms_max = 100;
  side own(limits);
  const auto one = own.own->connect(silent.listen(4, "zmq"));
  const auto other = own.own->connect(router.listen());
  until({&own}, [&] { return own.heard.ends.size() == 2; });
  CHECK(own.heard.ends.at(*one) == rt::connection_end::unreachable);
  CHECK(own.heard.ends.at(*other) == rt::connection_end::unreachable);
  CHECK(own.heard.opens.empty());
}

TEST_CASE("zmq: who takes nothing for long is lost, and who is idle is not", "[zmq]") {
  rt::zmq::options limits;
  limits.silence_ms_max = 600;
  limits.window_bytes_max = 64 << 10;
  side own(limits);
  side deaf;
  side idle;
  const rt::address at = own.listen();
  const auto from_deaf = deaf.own->connect(at);
  until({&own, &deaf}, [&] { return deaf.heard.opens.size() == 1; });
  const rt::connection_id to_deaf = own.heard.accepts.front();
  REQUIRE(idle.own->connect(at));
  until({&own, &idle}, [&] { return idle.heard.opens.size() == 1; });
  while (own.send(to_deaf, std::string(10'000, 'x')) == rt::send_status::taken) {
  }
  until({&own, &idle}, [&] { return own.heard.ends.count(to_deaf) == 1; });
  CHECK(own.heard.ends.at(to_deaf) == rt::connection_end::lost);
  CHECK(own.heard.ends.size() == 1);
  // Who was given up hears of it.
  until({&own, &deaf}, [&] { return deaf.heard.ends.count(*from_deaf) == 1; });
  CHECK(deaf.heard.ends.at(*from_deaf) == rt::connection_end::lost);
}

TEST_CASE("zmq: of whose machine nothing is heard is lost, on both sides", "[zmq]") {
  rt::zmq::options limits;
  limits.silence_ms_max = 600;
  side own(limits);
  const rt::address at = own.listen();
  bare_socket frozen;  // speaks, and then stands still: it answers no heartbeat
  frozen.connect(at);
  frozen.say(zmtp_beginning());
  until({&own}, [&] { return frozen.waiting() > greeting_bytes; });
  frozen.say(zmtp_message(hello()));
  until({&own}, [&] { return own.heard.accepts.size() == 1; });
  until({&own}, [&] { return own.heard.ends.size() == 1; });
  CHECK(own.heard.ends.begin()->second == rt::connection_end::lost);

  bare_socket listening;
  const auto asked = own.own->connect(listening.listen(4, "zmq"));
  bare_socket taken(listening.take());
  std::string said = zmtp_beginning();
  said.replace(said.size() - 6, 6, "ROUTER");
  taken.say(said);
  until({&own}, [&] { return taken.waiting() > greeting_bytes + 40; });  // its hello too
  taken.say(zmtp_message(rt::zmq::greeting_message(rt::zmq::word::welcome, 1'000'000).to_string()));
  until({&own}, [&] { return own.heard.opens.size() == 1; });
  until({&own}, [&] { return own.heard.ends.count(*asked) == 1; });
  CHECK(own.heard.ends.at(*asked) == rt::connection_end::lost);
}

TEST_CASE("zmq: one more than may be there is refused, until one has left", "[zmq]") {
  rt::zmq::options limits;
  limits.accepted_max = 2;
  side called(limits);
  const rt::address at = called.listen();
  side caller;
  for (int i = 0; i < 3; ++i) REQUIRE(caller.own->connect(at));
  until({&called, &caller},
        [&] { return caller.heard.opens.size() == 2 && caller.heard.ends.size() == 1; });
  CHECK(caller.heard.ends.begin()->second == rt::connection_end::refused);
  CHECK(called.heard.accepts.size() == 2);
  caller.own->close(caller.heard.opens.front());
  until({&called, &caller}, [&] { return called.heard.ends.size() == 1; });
  REQUIRE(caller.own->connect(at));
  until({&called, &caller}, [&] { return caller.heard.opens.size() == 3; });
}

TEST_CASE("zmq: who is let in and says nothing does not keep others out", "[zmq]") {
  rt::zmq::options limits;
  limits.accepted_max = 2;
  side called(limits);
  const rt::address at = called.listen();
  std::vector<std::unique_ptr<foreign_peer>> silent;
  for (int i = 0; i < 10; ++i) {
    silent.push_back(std::make_unique<foreign_peer>());
    silent.back()->connect(at);
  }
  side caller;
  for (int i = 0; i < 2; ++i) REQUIRE(caller.own->connect(at));
  until({&called, &caller}, [&] { return caller.heard.opens.size() == 2; });
  CHECK(called.heard.accepts.size() == 2);
}

TEST_CASE("zmq: hosts by name are looked up, and one that nobody has is unreachable", "[zmq]") {
  side called;
  const rt::address at = called.listen();
  const std::string port = at.text().substr(at.text().rfind(':'));
  side caller;
  const auto known = caller.own->connect(*rt::address::parse("zmq://localhost" + port));
  const auto unknown = caller.own->connect(*rt::address::parse("zmq://no.such.host.invalid:1"));
  until({&called, &caller},
        [&] { return caller.heard.opens.size() == 1 && caller.heard.ends.count(*unknown) == 1; });
  CHECK(caller.heard.opens.front() == *known);
  CHECK(caller.heard.ends.at(*unknown) == rt::connection_end::unreachable);
  // One that is closed while it is looked up, or whose transport ends, is no harm.
  const auto closed = caller.own->connect(*rt::address::parse("zmq://localhost" + port));
  caller.own->close(*closed);
  until({&called, &caller}, [&] { return caller.heard.ends.count(*closed) == 1; });
  CHECK(caller.heard.ends.at(*closed) == rt::connection_end::asked);
  REQUIRE(caller.own->connect(*rt::address::parse("zmq://localhost" + port)));
  caller.own.reset();
}

TEST_CASE("zmq: addresses that cannot be listened on or called are refused", "[zmq]") {
  side own;
  for (const char* text : {"zmq://some.name:0", "zmq://8.8.8.8:0", "zmq://nowhere", "zmq://*:1"}) {
    INFO(text);
    const auto said = own.own->listen(*rt::address::parse(text));
    REQUIRE_FALSE(said);
    CHECK(said.error().code == rt::errc::config);
    CHECK(said.error().message.find(text) == 0);
  }
  CHECK_FALSE(own.own->connect(*rt::address::parse("zmq://127.0.0.1:0")));
  const auto everywhere = own.own->listen(*rt::address::parse("zmq://0.0.0.0:0"));
  REQUIRE(everywhere);
  CHECK(everywhere->text().find("0.0.0.0") == std::string::npos);
  side caller;
  REQUIRE(caller.own->connect(*everywhere));
  until({&own, &caller}, [&] { return caller.heard.opens.size() == 1; });
}

TEST_CASE("zmq: its descriptor wakes who sleeps on it, and rests else", "[zmq]") {
  side called;
  const rt::address at = called.listen();
  side caller;
  const auto asked = caller.own->connect(at);
  until({&called, &caller}, [&] { return caller.heard.opens.size() == 1; });
  const auto readable = [](side& which) {
    pollfd at_rest{which.own->wait_handle(), POLLIN, 0};
    return ::poll(&at_rest, 1, 0) == 1;
  };
  // ZeroMQ's thread may still have to say that it has done what it was asked for.
  until({&called, &caller}, [&] { return !readable(called) && !readable(caller); });
  for (int i = 0; i < 100; ++i) {  // none of them is missed, whatever has been looked at meanwhile
    const std::size_t before = called.heard.frames.size();
    CHECK(caller.send(*asked, "x") == rt::send_status::taken);
    called.send(called.heard.accepts.front(), "y");
    constexpr int far_too_long_ms = 60'000;
    while (called.heard.frames.size() == before) {
      pollfd slept_on{called.own->wait_handle(), POLLIN, 0};
      REQUIRE(::poll(&slept_on, 1, far_too_long_ms) == 1);
      called.poll();
    }
  }
  until({&caller}, [&] { return caller.heard.frames.size() == 100; });
  until({&called, &caller}, [&] { return !readable(caller); });
  caller.own->wake();
  CHECK(readable(caller));
  until({&caller}, [&] { return !readable(caller); });
}

TEST_CASE("zmq: ten thousand connections leave nothing behind", "[zmq]") {
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
      for (std::size_t i = called.heard.accepts.size() - at_once; i < round * at_once; ++i) {
        const rt::connection_id each = called.heard.accepts[i];
        if (called.heard.ends.count(each) == 0) called.own->close(each);
      }
      until({&called, &caller}, [&] {
        return caller.heard.ends.size() == round * at_once &&
               called.heard.ends.size() == round * at_once;
      });
    }
    // ZeroMQ frees sockets on a thread of its own.
    until({&called, &caller}, [&] { return descriptors() <= before + 40; });
  }
  CHECK(descriptors() == before);
}
