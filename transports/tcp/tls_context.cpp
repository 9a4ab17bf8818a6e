#include "tcp/tls_context.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include <openssl/evp.h>

#include "net/derived_bytes.hpp"

namespace rt::tcp {
namespace {

// A suite with another hash listed before it has the pre-shared key dropped, and the handshake fails.
constexpr const char* suite = "TLS_AES_128_GCM_SHA256";
constexpr std::array<unsigned char, 2> suite_number{0x13, 0x01};
constexpr std::size_t identity_bytes = 16;

void need(bool done, const char* what) {
  if (done) return;
  std::fprintf(stderr, "roundtrip: OpenSSL cannot %s\n", what);
  std::abort();
}

/// Says which secret is meant, and nothing of what it is.
std::vector<unsigned char> identity_of(const secret& key) {
  const auto sum = net::derived_bytes(key, "roundtrip tls identity");
  const auto* const begin = reinterpret_cast<const unsigned char*>(sum.data());
  return {begin, begin + identity_bytes};
}

SSL_SESSION* session_with(SSL* side, const secret& key) {
  const SSL_CIPHER* const cipher = SSL_CIPHER_find(side, suite_number.data());
  SSL_SESSION* const session = SSL_SESSION_new();
  const auto* const bytes = reinterpret_cast<const unsigned char*>(key.bytes.data());
  need(cipher != nullptr && session != nullptr &&
           SSL_SESSION_set1_master_key(session, bytes, key.bytes.size()) == 1 &&
           SSL_SESSION_set_cipher(session, cipher) == 1 &&
           SSL_SESSION_set_protocol_version(session, TLS1_3_VERSION) == 1,
       "use a pre-shared key");
  return session;
}

}  // namespace

tls_context::tls_context(std::span<const secret> secrets) : context_(SSL_CTX_new(TLS_method())) {
  need(context_ != nullptr, "begin");
  for (const secret& each : secrets) known_.push_back({identity_of(each), each});
  need(SSL_CTX_set_min_proto_version(context_, TLS1_3_VERSION) == 1 &&
           SSL_CTX_set_max_proto_version(context_, TLS1_3_VERSION) == 1 &&
           SSL_CTX_set_ciphersuites(context_, suite) == 1 &&
           SSL_CTX_set_num_tickets(context_, 0) == 1,
       "be told what to speak");
  SSL_CTX_set_options(context_, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_session_cache_mode(context_, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_app_data(context_, this);
  SSL_CTX_set_psk_use_session_callback(context_, &tls_context::use);
  SSL_CTX_set_psk_find_session_callback(context_, &tls_context::find);
}

tls_context::~tls_context() { SSL_CTX_free(context_); }

SSL* tls_context::make_side(bool calls) const {
  SSL* const side = SSL_new(context_);
  need(side != nullptr, "make a connection");
  if (calls) {
    SSL_set_connect_state(side);
    SSL_set_verify(side, SSL_VERIFY_PEER, nullptr);  // a certificate does not stand for the secret
  } else {
    SSL_set_accept_state(side);
  }
  return side;
}

const tls_context& tls_context::of(const SSL* side) {
  return *static_cast<const tls_context*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(side)));
}

int tls_context::use(SSL* side, const EVP_MD* digest, const unsigned char** identity, size_t* size,
                     SSL_SESSION** session) {
  *session = nullptr;
  if (digest != nullptr && EVP_MD_get_type(digest) != EVP_MD_get_type(EVP_sha256())) return 1;
  const known& first = of(side).known_.front();
  *identity = first.identity.data();
  *size = first.identity.size();
  *session = session_with(side, first.key);
  return 1;
}

int tls_context::find(SSL* side, const unsigned char* identity, size_t size,
                      SSL_SESSION** session) {
  *session = nullptr;
  const std::span<const unsigned char> asked(identity, size);
  for (const known& each : of(side).known_) {
    if (std::equal(asked.begin(), asked.end(), each.identity.begin(), each.identity.end())) {
      *session = session_with(side, each.key);
    }
  }
  return 1;  // without a session the handshake ends for want of a certificate
}

}  // namespace rt::tcp
