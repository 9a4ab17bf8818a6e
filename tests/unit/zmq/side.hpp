#pragma once

#include <poll.h>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <rt/transport/zmq.hpp>

#include "support/catch.hpp"

namespace zmq_tests {

/// Notes what it is told.
class ear final : public rt::transport_events {
 public:
  void accepted(rt::connection_id on, const rt::address& from) override {
    accepts.push_back(on);
    callers.push_back(from.text());
  }
  void opened(rt::connection_id on) override { opens.push_back(on); }
  void received(rt::connection_id, std::span<const std::byte> frame) override {
    frames.emplace_back(reinterpret_cast<const char*>(frame.data()), frame.size());
  }
  void writable(rt::connection_id) override { ++writables; }
  void closed(rt::connection_id on, rt::connection_end why) override { ends[on] = why; }

  std::vector<rt::connection_id> accepts;
  std::vector<std::string> callers;
  std::vector<rt::connection_id> opens;
  std::vector<std::string> frames;
  std::map<rt::connection_id, rt::connection_end> ends;
  int writables = 0;
};

/// A transport, and who hears it.
struct side {
  explicit side(const rt::zmq::options& limits = {}) : own(rt::zmq::make_transport(limits)) {}

  rt::address listen() { return own->listen(*rt::address::parse("zmq://127.0.0.1:0")).value(); }

  bool poll() { return own->poll(heard, 64); }

  rt::send_status send(rt::connection_id on, const std::string& text) {
    return own->send(on, {.header = std::as_bytes(std::span(text))});
  }

  std::unique_ptr<rt::transport> own;
  ear heard;
};

/// Polls these until it is so; sleeps on their descriptors meanwhile.
inline void until(std::vector<side*> sides, const std::function<bool()>& so) {
  constexpr int rounds_max = 20'000;
  constexpr int wait_ms = 10;
  for (int round = 0; round < rounds_max && !so(); ++round) {
    bool more = false;
    std::vector<pollfd> slept_on;
    for (side* each : sides) {
      more = each->poll() || more;
      slept_on.push_back({each->own->wait_handle(), POLLIN, 0});
    }
    if (!more && !so()) ::poll(slept_on.data(), slept_on.size(), wait_ms);
  }
  REQUIRE(so());
}

inline rt::secret secret_of(unsigned char first) {
  rt::secret made;
  for (std::size_t i = 0; i < made.bytes.size(); ++i) {
    made.bytes[i] = static_cast<std::byte>(first + 7 * i);
  }
  return made;
}

inline rt::zmq::options knowing(const std::vector<unsigned char>& firsts) {
  rt::zmq::options limits;
  for (const unsigned char each : firsts) limits.secrets.push_back(secret_of(each));
  return limits;
}

}  // namespace zmq_tests
