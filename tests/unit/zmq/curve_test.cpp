#include <memory>
#include <string>
#include <vector>

#include "support/bare_socket.hpp"
#include "support/catch.hpp"
#include "support/middle.hpp"
#include "unit/zmq/foreign_peer.hpp"
#include "unit/zmq/side.hpp"
#include "zmq/doorkeeper.hpp"

// Who may speak, and what others see. What each case shows: only who knows the secret is told of, and only
// what such a one has said.

using support::bare_socket;
using support::middle;
using zmq_tests::foreign_peer;
using zmq_tests::knowing;
using zmq_tests::secret_of;
using zmq_tests::side;
using zmq_tests::until;

namespace {

/// A pair that nobody knows.
rt::zmq::key_pair fresh_pair() {
  char open[41];
  char own[41];
  REQUIRE(::zmq_curve_keypair(open, own) == 0);
  return {own, open};
}

}  // namespace

TEST_CASE("curve: who knows the secret speaks, and nobody else can read it", "[zmq]") {
  side called(knowing({1}));
  middle between(called.listen());
  side caller(knowing({1}));
  const auto asked = caller.own->connect(between.at());
  between.take();
  const auto passing = [&](auto so) {
    return [&between, so] {
      between.pass();
      return so();
    };
  };
  until({&called, &caller}, passing([&] { return caller.heard.opens.size() == 1; }));
  const std::string text = "what nobody else may read";
  CHECK(caller.send(*asked, text) == rt::send_status::taken);
  until({&called, &caller}, passing([&] { return called.heard.frames.size() == 1; }));
  CHECK(called.heard.frames.front() == text);
  CHECK(between.seen.find("CURVE") != std::string::npos);
  CHECK(between.seen.find("nobody") == std::string::npos);
  const rt::secret known = secret_of(1);
  const std::string raw(reinterpret_cast<const char*>(known.bytes.data()), 8);
  CHECK(between.seen.find(raw) == std::string::npos);
}

TEST_CASE("curve: a bit changed on the way loses the connection, and no frame", "[zmq]") {
  side called(knowing({1}));
  middle between(called.listen());
  side caller(knowing({1}));
  const auto asked = caller.own->connect(between.at());
  between.take();
  bool change = false;
  const auto passing = [&](auto so) {
    return [&between, &change, so] {
      between.pass(change);
      return so();
    };
  };
  until({&called, &caller}, passing([&] { return caller.heard.opens.size() == 1; }));
  change = true;
  CHECK(caller.send(*asked, "some text, and more of it") == rt::send_status::taken);
  until({&called, &caller}, passing([&] { return called.heard.ends.size() == 1; }));
  CHECK(called.heard.ends.begin()->second == rt::connection_end::lost);
  CHECK(called.heard.frames.empty());
}

TEST_CASE("curve: another secret, or none, is refused before anything is told", "[zmq]") {
  struct row {
    const char* what;
    std::vector<unsigned char> caller;
    std::vector<unsigned char> called;
    bool fit;
  };
  const row rows[] = {
      {"the same", {1}, {1}, true},
      {"another", {2}, {1}, false},
      {"none at the called", {1}, {}, false},
      {"none at the caller", {}, {1}, false},
      // How a secret is exchanged: added as the second everywhere, then made the first, then left alone.
      {"the called knows the next one too", {1}, {1, 2}, true},
      {"the caller knows the next one too", {1, 2}, {1}, true},
      {"the called uses the next one", {1, 2}, {2, 1}, true},
      {"the caller uses the next one", {2, 1}, {1, 2}, true},
      {"the called has left the last one", {2, 1}, {2}, true},
      {"the caller has left the last one", {2}, {2, 1}, true},
  };
  for (const row& each : rows) {
    INFO(each.what);
    side called(knowing(each.called));
    side caller(knowing(each.caller));
    const auto asked = caller.own->connect(called.listen());
    until({&called, &caller},
          [&] { return caller.heard.opens.size() + caller.heard.ends.count(*asked) == 1; });
    CHECK(caller.heard.opens.size() == (each.fit ? 1 : 0));
    if (each.fit) continue;
    const rt::connection_end how = caller.heard.ends.at(*asked);
    // Who speaks bare may be hung up on before it has heard a word.
    CHECK((how == rt::connection_end::refused ||
           (each.caller.empty() && how == rt::connection_end::unreachable)));
    CHECK(called.heard.accepts.empty());
    CHECK(called.heard.frames.empty());
  }
}

TEST_CASE("curve: to know what the called is known by does not stand for the secret", "[zmq]") {
  // A CURVE server without an authenticator takes every key. The same peer with the key that follows from the
  // secret is taken, so that it is the key that counts.
  const rt::zmq::cluster_keys keys(secret_of(1));
  side called(knowing({1}));
  const rt::address at = called.listen();
  foreign_peer stranger;
  rt::zmq::cluster_keys strange = keys;
  strange.caller = fresh_pair();
  stranger.use(strange);
  stranger.connect(at);
  stranger.greet();
  stranger.say_frame("let me in");
  foreign_peer known;
  known.use(keys);
  known.connect(at);
  known.greet();
  known.say_frame("it is me");
  until({&called}, [&] { return !called.heard.frames.empty(); });
  // And long enough for the stranger to try again and again.
  int rounds = 0;
  until({&called}, [&] { return ++rounds > 50; });
  CHECK(called.heard.frames == std::vector<std::string>{"it is me"});
  CHECK(called.heard.accepts.size() == 1);
  CHECK(called.heard.ends.empty());
  CHECK(stranger.heard().empty());
}

TEST_CASE("curve: who speaks bare is told nothing and is not told of", "[zmq]") {
  side called(knowing({1}));
  const rt::address at = called.listen();
  foreign_peer bare;
  bare.connect(at);
  bare.greet();
  bare.say_frame("let me in");
  bare_socket garbage;
  garbage.connect(at);
  garbage.say(std::string(40'000, 'x'));
  bare_socket
      longer;  // a greeting, then a command that says that 8 MiB follow, in which nothing is proved
  longer.connect(at);
  longer.say(std::string("\xff\0\0\0\0\0\0\0\1\x7f\3\0CURVE", 17).append(15 + 1 + 31, '\0'));
  longer.say(std::string("\6\0\0\0\0\0\x80\0\0", 9).append(30'000, '\0'));
  side good(knowing({1}));
  REQUIRE(good.own->connect(at));
  until({&called, &good}, [&] { return good.heard.opens.size() == 1; });
  CHECK(called.heard.accepts.size() == 1);
  CHECK(called.heard.ends.empty());
  CHECK(called.heard.frames.empty());
  CHECK(bare.heard().empty());
  CHECK(garbage.hear(1'000).size() <= 64);  // a greeting at most, and an end
}

TEST_CASE("curve: who proves nothing is given up, and others need not wait", "[zmq]") {
  rt::zmq::options limits = knowing({1});
  limits.opening_ms_max = 300;
  side called(limits);
  const rt::address at = called.listen();
  std::vector<std::unique_ptr<bare_socket>> silent;
  for (int i = 0; i < 100; ++i) {
    silent.push_back(std::make_unique<bare_socket>());
    silent.back()->connect(at);
  }
  side caller(knowing({1}));
  REQUIRE(caller.own->connect(at));
  until({&called, &caller}, [&] { return caller.heard.opens.size() == 1; });
  CHECK(called.heard.accepts.size() == 1);
  CHECK(called.heard.ends.empty());
  for (const auto& each : silent) CHECK(each->hear(1'000).size() <= 64);  // it has ended
}

TEST_CASE("doorkeeper: a message that bears no name of its giving is nobody's", "[zmq]") {
  ::zmq::context_t around;
  const rt::zmq::doorkeeper one(around, {});
  CHECK_FALSE(one.let_in(::zmq::message_t(std::string("anything"))));
}
