#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <rt/core/address.hpp>

#include <zmq.hpp>

#include "support/catch.hpp"
#include "zmq/keys.hpp"
#include "zmq/message.hpp"

namespace zmq_tests {

/// A ZeroMQ socket without a transport.
class foreign_peer {
 public:
  explicit foreign_peer(::zmq::socket_type kind = ::zmq::socket_type::dealer)
      : context_(1), socket_(context_, kind) {
    socket_.set(::zmq::sockopt::linger, 0);
  }

  ::zmq::socket_t& socket() { return socket_; }

  void connect(const rt::address& to) { socket_.connect("tcp://" + std::string(to.place())); }

  rt::address listen() {
    socket_.bind("tcp://127.0.0.1:*");
    const std::string at = socket_.get(::zmq::sockopt::last_endpoint);
    return *rt::address::parse("zmq" + at.substr(at.find("://")));
  }

  /// Calls as one that knows these keys.
  void use(const rt::zmq::cluster_keys& keys) { rt::zmq::protect_caller(socket_, keys); }

  /// Says what it has to as soon as somebody is there.
  void say(::zmq::message_t message) {
    REQUIRE(socket_.send(message, ::zmq::send_flags::dontwait));
  }
  void say(const std::string& text) { say(::zmq::message_t(text)); }
  void say_frame(const std::string& text) {
    say(rt::zmq::message_of({.header = std::as_bytes(std::span(text))}));
  }
  void greet(std::uint64_t window = 1'000'000) {
    say(rt::zmq::greeting_message(rt::zmq::word::hello, window));
  }

  /// Returns all that has come.
  const std::vector<std::string>& heard() {
    ::zmq::message_t come;
    while (socket_.recv(come, ::zmq::recv_flags::dontwait)) heard_.push_back(come.to_string());
    return heard_;
  }

 private:
  ::zmq::context_t context_;
  ::zmq::socket_t socket_;
  std::vector<std::string> heard_;
};

}  // namespace zmq_tests
