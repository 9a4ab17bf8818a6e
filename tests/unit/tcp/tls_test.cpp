#include <poll.h>
#include <array>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "support/bare_socket.hpp"
#include "support/catch.hpp"
#include "support/middle.hpp"
#include "tcp/tcp.hpp"
#include "unit/tcp/side.hpp"

// Who may speak, and what others see. What each case shows: only who knows the secret is told of, and only
// what such a one has said.

using support::bare_socket;
using support::middle;
using tcp_tests::side;
using tcp_tests::until;

namespace {

rt::secret secret_of(unsigned char first) {
  rt::secret made;
  for (std::size_t i = 0; i < made.bytes.size(); ++i) {
    made.bytes[i] = static_cast<std::byte>(first + 7 * i);
  }
  return made;
}

rt::tcp::options knowing(std::vector<unsigned char> firsts) {
  rt::tcp::options limits;
  for (const unsigned char each : firsts) limits.secrets.push_back(secret_of(each));
  return limits;
}

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

/// A server with a certificate of its own making, and without the secret.
class stranger {
 public:
  stranger() : key_(EVP_EC_gen("P-256")), certificate_(X509_new()) {
    X509_gmtime_adj(X509_getm_notBefore(certificate_), -1'000);
    X509_gmtime_adj(X509_getm_notAfter(certificate_), 100'000);
    X509_set_pubkey(certificate_, key_);
    X509_sign(certificate_, key_, EVP_sha256());
    context_ = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate(context_, certificate_);
    SSL_CTX_use_PrivateKey(context_, key_);
  }
  ~stranger() {
    SSL_CTX_free(context_);
    X509_free(certificate_);
    EVP_PKEY_free(key_);
  }
  stranger(const stranger&) = delete;
  stranger& operator=(const stranger&) = delete;

  /// Answers one caller, until the handshake is over. Shape: whether it was done.
  bool answer(bare_socket& listener) {
    const bare_socket taken(listener.take());
    SSL* const side = SSL_new(context_);
    SSL_set_fd(side, taken.descriptor());
    const bool done = SSL_accept(side) == 1 && SSL_write(side, "\xf0\xff\xff\xff", 4) == 4 &&
                      SSL_read(side, std::array<char, 1>().data(), 1) == 1;
    SSL_free(side);
    return done;
  }

 private:
  EVP_PKEY* key_;
  X509* certificate_;
  SSL_CTX* context_;
};

}  // namespace

TEST_CASE("tls: who knows the secret speaks, and nobody else can read it", "[tcp]") {
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
  CHECK(caller.own->send(*asked, {.header = bytes_of(text)}) == rt::send_status::taken);
  until({&called, &caller}, passing([&] { return called.heard.frames.size() == 1; }));
  CHECK(called.heard.frames.front() == text);
  CHECK(between.seen.find("nobody") == std::string::npos);
  const rt::secret known = secret_of(1);
  const std::string raw(reinterpret_cast<const char*>(known.bytes.data()), 8);
  CHECK(between.seen.find(raw) == std::string::npos);
}

TEST_CASE("tls: a bit changed on the way loses the connection, and no frame", "[tcp]") {
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
  CHECK(caller.own->send(*asked, {.header = bytes_of("some text")}) == rt::send_status::taken);
  until({&called, &caller}, passing([&] { return called.heard.ends.size() == 1; }));
  CHECK(called.heard.ends.begin()->second == rt::connection_end::lost);
  CHECK(called.heard.frames.empty());
}

TEST_CASE("tls: another secret, or none, is refused before anything is told", "[tcp]") {
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
      {"the called knows an older one too", {1}, {2, 1}, true},
      {"the caller uses its first", {2, 1}, {1}, false},
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
    CHECK(caller.heard.ends.at(*asked) == rt::connection_end::refused);
    if (!each.called.empty()) CHECK(called.heard.accepts.empty());
    CHECK(called.heard.frames.empty());
  }
}

TEST_CASE("tls: a caller without protection is told nothing and is not told of", "[tcp]") {
  side called(knowing({1}));
  const rt::address at = called.listen();
  side bare;
  const auto asked = bare.own->connect(at);
  bare_socket garbage;
  garbage.connect(at);
  garbage.say(std::string(40'000, 'x'));
  bare_socket longer;  // a record that says that 16 KiB follow, in which nothing is proved
  longer.connect(at);
  longer.say(std::string("\x16\x03\x01\x40\x00\x01\x00\xff\xff", 9).append(30'000, '\0'));
  rt::tcp::options limits = knowing({1});
  side good(limits);
  REQUIRE(good.own->connect(at));
  until({&called, &good}, [&] { return good.heard.opens.size() == 1; });
  CHECK(called.heard.accepts.size() == 1);
  CHECK(called.heard.ends.empty());
  CHECK(garbage.hear(1'000).size() < 100);  // an alert at most, and an end
  CHECK(longer.hear(1'000).size() < 100);
  bare.own->close(*asked);
}

TEST_CASE("tls: a certificate does not stand for the secret", "[tcp]") {
  stranger impostor;
  bare_socket listener;
  const rt::address at = listener.listen(4);
  side caller(knowing({1}));
  const auto asked = caller.own->connect(at);
  bool done = true;
  std::thread answering([&] { done = impostor.answer(listener); });
  until({&caller}, [&] { return caller.heard.ends.count(*asked) == 1; });
  answering.join();
  CHECK_FALSE(done);
  CHECK(caller.heard.ends.at(*asked) == rt::connection_end::refused);
  CHECK(caller.heard.opens.empty());
}

TEST_CASE("tls: those that prove nothing keep others waiting for a while only", "[tcp]") {
  rt::tcp::options limits = knowing({1});
  limits.unproved_max = 3;
  limits.opening_ms_max = 600;
  side called(limits);
  const rt::address at = called.listen();
  std::vector<std::unique_ptr<bare_socket>> silent;
  for (int i = 0; i < 5; ++i) {
    silent.push_back(std::make_unique<bare_socket>());
    silent.back()->connect(at);
  }
  limits.opening_ms_max = 60'000;
  side caller(limits);
  REQUIRE(caller.own->connect(at));
  until({&called, &caller}, [&] { return caller.heard.opens.size() == 1; });
  CHECK(called.heard.accepts.size() == 1);
  CHECK(called.heard.ends.empty());
}
