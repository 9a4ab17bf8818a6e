#include "zmq/keys.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "net/derived_bytes.hpp"

namespace rt::zmq {
namespace {

constexpr std::size_t text_bytes = 41;  // with a zero

key_pair derive(const secret& from, std::string_view purpose) {
  const auto own = net::derived_bytes(from, purpose);
  std::array<char, text_bytes> own_text;
  std::array<char, text_bytes> open_text;
  if (::zmq_z85_encode(own_text.data(), reinterpret_cast<const std::uint8_t*>(own.data()),
                       own.size()) == nullptr ||
      ::zmq_curve_public(open_text.data(), own_text.data()) != 0) {
    std::fprintf(stderr, "roundtrip: this ZeroMQ was built without CURVE\n");
    std::abort();
  }
  return {own_text.data(), open_text.data()};
}

}  // namespace

cluster_keys::cluster_keys(const secret& from)
    : caller(derive(from, "roundtrip curve caller")),
      called(derive(from, "roundtrip curve called")) {}

void protect_caller(::zmq::socket_t& socket, const cluster_keys& keys) {
  socket.set(::zmq::sockopt::curve_serverkey, keys.called.open);
  socket.set(::zmq::sockopt::curve_publickey, keys.caller.open);
  socket.set(::zmq::sockopt::curve_secretkey, keys.caller.own);
}

void protect_called(::zmq::socket_t& socket, const cluster_keys& keys) {
  socket.set(::zmq::sockopt::curve_server, true);
  socket.set(::zmq::sockopt::curve_secretkey, keys.called.own);
}

}  // namespace rt::zmq
