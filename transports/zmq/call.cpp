#include "zmq/call.hpp"

#include <algorithm>
#include <utility>

namespace rt::zmq {
namespace {

constexpr int wanted = ZMQ_EVENT_CONNECT_RETRIED | ZMQ_EVENT_DISCONNECTED |
                       ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
                       ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
constexpr int never_ms = 24 * 60 * 60 * 1'000;

}  // namespace

void call::set_places(const std::vector<net::place>& places) {
  for (const net::place& each : places) {
    for (std::size_t key = 0; key < std::max<std::size_t>(around_.keys.size(), 1); ++key) {
      left_.push_back({each, key});
    }
  }
}

bool call::next(const ::zmq::message_t& greeting) {
  while (!left_.empty()) {
    const attempt how = std::move(left_.front());
    left_.pop_front();
    try {
      begin(how, greeting);
      return true;
    } catch (const ::zmq::error_t&) {
      end(0);  // out of sockets, say
    }
  }
  return false;
}

void call::begin(const attempt& how, const ::zmq::message_t& greeting) {
  end(0);
  fate_ = call_fate::going_on;
  socket_ = ::zmq::socket_t(around_.context, ::zmq::socket_type::dealer);
  prepare(socket_, around_.limits, how.at.host.find(':') != std::string::npos);
  // With none at all ZeroMQ would drop what had come when it sees the end.
  socket_.set(::zmq::sockopt::reconnect_ivl, never_ms);
  if (!around_.keys.empty()) protect_caller(socket_, around_.keys[how.key]);
  heard_.emplace(around_.context, socket_, wanted);
  around_.watched.add_readable(socket_.get(::zmq::sockopt::fd), key_);
  around_.watched.add_readable(heard_->descriptor(), key_);
  socket_.connect("tcp://" + how.at.text());
  ::zmq::message_t first;
  first.copy(const_cast<::zmq::message_t&>(greeting));
  send(first);
}

bool call::send(::zmq::message_t& message) { return socket_ && hand_over(socket_, message); }

std::optional<::zmq::message_t> call::receive() {
  if (!socket_) return std::nullopt;
  ::zmq::message_t message;
  if (!socket_.recv(message, ::zmq::recv_flags::dontwait)) return std::nullopt;
  return message;
}

call_fate call::look() {
  while (heard_) {
    const auto said = heard_->next();
    if (!said) break;
    if (fate_ != call_fate::going_on) continue;  // the first counts
    const bool bare = around_.keys.empty();
    switch (said->what) {
      case ZMQ_EVENT_CONNECT_RETRIED: fate_ = call_fate::unreachable; break;
      case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: fate_ = call_fate::refused; break;
      case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
        fate_ = bare ? call_fate::unreachable : call_fate::refused;
        break;
      case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
        fate_ = bare && said->value != ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH
                    ? call_fate::misused
                    : call_fate::refused;
        break;
      case ZMQ_EVENT_DISCONNECTED: fate_ = call_fate::lost; break;
      default: break;
    }
  }
  return fate_;
}

void call::end(int linger_ms) {
  heard_.reset();
  if (!socket_) return;
  socket_.set(::zmq::sockopt::linger, linger_ms);
  socket_.close();
}

}  // namespace rt::zmq
