#include "zmq/doorkeeper.hpp"

#include <sys/random.h>
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace rt::zmq {
namespace {

constexpr const char* authenticator_place = "inproc://zeromq.zap.01";  // ZeroMQ asks there
constexpr std::size_t key_bytes = 32;

// The parts of a request.
constexpr std::size_t version_part = 0;
constexpr std::size_t number_part = 1;
constexpr std::size_t domain_part = 2;
constexpr std::size_t mechanism_part = 5;
constexpr std::size_t key_part = 6;

std::string random_name() {
  std::array<unsigned char, 16> bytes;
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    std::fprintf(stderr, "roundtrip: the system has no random bytes\n");
    std::abort();
  }
  std::string text;
  for (const unsigned char each : bytes) {
    constexpr const char* digits = "0123456789abcdef";
    text += digits[each >> 4];
    text += digits[each & 15];
  }
  return text;
}

std::string bytes_of(const std::string& key_text) {
  std::array<std::uint8_t, key_bytes> key{};
  ::zmq_z85_decode(key.data(), key_text.c_str());
  return {reinterpret_cast<const char*>(key.data()), key.size()};
}

}  // namespace

doorkeeper::doorkeeper(::zmq::context_t& around, std::span<const cluster_keys> believed)
    : asked_(around, ::zmq::socket_type::rep), name_(random_name()) {
  for (const cluster_keys& each : believed) believed_.push_back(bytes_of(each.caller.open));
  asked_.set(::zmq::sockopt::linger, 0);
  asked_.bind(authenticator_place);
}

bool doorkeeper::believes(const std::vector<::zmq::message_t>& request) const {
  if (request.size() <= mechanism_part || request[domain_part].to_string_view() != domain) {
    return false;
  }
  const std::string_view mechanism = request[mechanism_part].to_string_view();
  if (believed_.empty()) return mechanism == "NULL";
  if (mechanism != "CURVE" || request.size() != key_part + 1) return false;
  const std::string_view key = request[key_part].to_string_view();
  return std::find(believed_.begin(), believed_.end(), key) != believed_.end();
}

void doorkeeper::answer() {
  for (;;) {
    std::vector<::zmq::message_t> request;
    do {
      request.emplace_back();
      if (!asked_.recv(request.back(), ::zmq::recv_flags::dontwait)) return;
    } while (request.back().more());
    const bool welcome = believes(request);
    const auto say = [&](std::string_view text, bool more = true) {
      asked_.send(::zmq::buffer(text),
                  more ? ::zmq::send_flags::sndmore : ::zmq::send_flags::dontwait);
    };
    say(request[version_part].to_string_view());
    say(request.size() > number_part ? request[number_part].to_string_view() : "");
    say(welcome ? "200" : "400");
    say("");
    say(welcome ? name_ : std::string_view());
    say("", false);
  }
}

bool doorkeeper::let_in(const ::zmq::message_t& message) const {
  const char* const name = ::zmq_msg_gets(message.handle(), "User-Id");
  return name != nullptr && name_ == name;
}

}  // namespace rt::zmq
