#include "zmq/monitor.hpp"

#include <atomic>
#include <cstdint>
#include <cstring>
#include <string>

namespace rt::zmq {
namespace {

std::string fresh_place() {
  static std::atomic<std::uint64_t> count{0};
  return "inproc://roundtrip-monitor-" + std::to_string(count.fetch_add(1));
}

}  // namespace

monitor::monitor(::zmq::context_t& around, ::zmq::socket_t& of, int wanted)
    : heard_(around, ::zmq::socket_type::pair) {
  const std::string place = fresh_place();
  heard_.set(::zmq::sockopt::linger, 0);
  // ZeroMQ's thread would wait for us where there is a limit: strangers who come and go could stop it.
  heard_.set(::zmq::sockopt::rcvhwm, 0);
  if (::zmq_socket_monitor(of.handle(), place.c_str(), wanted) != 0) throw ::zmq::error_t();
  heard_.connect(place);
}

std::optional<socket_event> monitor::next() {
  ::zmq::message_t said;
  if (!heard_.recv(said, ::zmq::recv_flags::dontwait)) return std::nullopt;
  std::uint16_t what = 0;
  std::int32_t value = 0;
  if (said.size() >= sizeof what + sizeof value) {
    std::memcpy(&what, said.data(), sizeof what);
    std::memcpy(&value, static_cast<const std::byte*>(said.data()) + sizeof what, sizeof value);
  }
  while (said.more()) {  // its address
    if (!heard_.recv(said, ::zmq::recv_flags::dontwait)) break;
  }
  return socket_event{what, value};
}

}  // namespace rt::zmq
