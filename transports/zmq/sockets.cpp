#include "zmq/sockets.hpp"

#include <algorithm>
#include <cstdint>

#include "zmq/message.hpp"
#include "zmq/window.hpp"

namespace rt::zmq {
namespace {

constexpr std::size_t curve_extra_bytes = 64;  // 33 really

int milliseconds(unsigned of) { return static_cast<int>(std::min(of, 1'000'000'000U)); }

}  // namespace

void prepare(::zmq::socket_t& socket, const options& limits, bool six) {
  namespace option = ::zmq::sockopt;
  socket.set(option::linger, 0);
  socket.set(option::ipv6, six);
  // No limit at which ZeroMQ would drop or wait: the window is the limit.
  socket.set(option::sndhwm, 0);
  // Whom the window does not bind is not read any more: more frames than fit into it are nobody's.
  const std::uint64_t frames =
      std::max<std::uint64_t>(limits.window_bytes_max, window::bytes_min) / window::frame_cost + 64;
  socket.set(option::rcvhwm, static_cast<int>(std::min<std::uint64_t>(frames, 1'000'000'000)));
  // Without it there is none. What is beyond a frame and within this the connection refuses.
  const std::size_t longest = std::max(limits.frame_bytes_max, word_bytes_max);
  socket.set(option::maxmsgsize,
             static_cast<std::int64_t>(longest + message_extra_bytes + curve_extra_bytes));
  socket.set(option::handshake_ivl, milliseconds(limits.opening_ms_max));
  socket.set(option::heartbeat_ivl, milliseconds(std::max(limits.silence_ms_max / 3, 1U)));
  socket.set(option::heartbeat_timeout, milliseconds(std::max(limits.silence_ms_max / 3 * 2, 1U)));
}

bool has_more(::zmq::socket_t& socket) {
  return (socket.get(::zmq::sockopt::events) & ZMQ_POLLIN) != 0;
}

bool hand_over(::zmq::socket_t& socket, ::zmq::message_t& message, bool more_follows) {
  const int how = ZMQ_DONTWAIT | (more_follows ? ZMQ_SNDMORE : 0);
  return ::zmq_msg_send(message.handle(), socket.handle(), how) >= 0;
}

}  // namespace rt::zmq
