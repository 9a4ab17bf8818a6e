#include "net/derived_bytes.hpp"

#include <cstdio>
#include <cstdlib>
#include <vector>

#include <openssl/evp.h>

namespace rt::net {

std::array<std::byte, 32> derived_bytes(const secret& from, std::string_view purpose) {
  std::vector<unsigned char> text(purpose.begin(), purpose.end());
  for (const std::byte each : from.bytes) text.push_back(std::to_integer<unsigned char>(each));
  std::array<std::byte, 32> sum;
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), reinterpret_cast<unsigned char*>(sum.data()), &size,
                 EVP_sha256(), nullptr) != 1 ||
      size != sum.size()) {
    std::fprintf(stderr, "roundtrip: OpenSSL cannot take a sum\n");
    std::abort();
  }
  return sum;
}

}  // namespace rt::net
