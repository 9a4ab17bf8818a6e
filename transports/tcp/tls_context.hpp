#pragma once

#include <memory>
#include <span>
#include <vector>

#include <openssl/ssl.h>

#include "rt/transport/secret.hpp"

namespace rt::tcp {

/// What all protected connections of a transport share: TLS 1.3 with the cluster's secret as a pre-shared
/// key and ephemeral keys, and nothing else: no certificates, no tickets, no older version, one suite.
/// Shape: the first secret is used, all are believed.
/// Errors: a library that cannot do it ends the process with a line.
class tls_context {
 public:
  explicit tls_context(std::span<const secret> secrets);
  ~tls_context();
  tls_context(const tls_context&) = delete;
  tls_context& operator=(const tls_context&) = delete;

  /// Makes one side of a connection. Owner: the caller.
  SSL* make_side(bool calls) const;

 private:
  struct known {
    std::vector<unsigned char> identity;
    secret key;
  };

  static const tls_context& of(const SSL* side);
  static int use(SSL* side, const EVP_MD* digest, const unsigned char** identity, size_t* size,
                 SSL_SESSION** session);
  static int find(SSL* side, const unsigned char* identity, size_t size, SSL_SESSION** session);

  std::vector<known> known_;
  SSL_CTX* context_;
};

}  // namespace rt::tcp
