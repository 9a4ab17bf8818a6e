#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <rt/transport/transport.hpp>

#include "support/catch.hpp"

namespace conformance {

using bytes = std::vector<std::byte>;

/// Returns the bytes of a text.
inline bytes bytes_of(const std::string& text) {
  const auto raw = std::as_bytes(std::span(text));
  return {raw.begin(), raw.end()};
}

/// One side of a test: polls a transport, notes what it is told, and checks what holds always: events
/// come within `poll` alone, and those of a connection in their order.
class peer : public rt::transport_events {
 public:
  explicit peer(rt::transport& own) : transport(own) {}

  bool poll(unsigned frames_max = 64) {
    REQUIRE_FALSE(polling_);
    polling_ = true;
    frames_in_poll_ = 0;
    frames_max_ = frames_max;
    const bool more = transport.poll(*this, frames_max);
    polling_ = false;
    return more;
  }

  rt::send_status send(rt::connection_id connection, const bytes& frame) {
    return transport.send(connection, {.header = frame});
  }

  void accepted(rt::connection_id connection, const rt::address& from) override {
    begin(connection);
    CHECK_FALSE(from.text().empty());
    accepts.push_back(connection);
    if (on_accepted) on_accepted(connection);
  }
  void opened(rt::connection_id connection) override {
    begin(connection);
    opens.push_back(connection);
    if (on_opened) on_opened(connection);
  }
  void received(rt::connection_id connection, std::span<const std::byte> frame) override {
    REQUIRE(live(connection));
    REQUIRE(++frames_in_poll_ <= frames_max_);
    bytes copy(frame.begin(), frame.end());
    frames[connection].push_back(copy);
    ++frames_received;
    if (on_received) on_received(connection, copy);
  }
  void writable(rt::connection_id connection) override {
    REQUIRE(live(connection));
    ++writables[connection];
    if (on_writable) on_writable(connection);
  }
  void closed(rt::connection_id connection, rt::connection_end why) override {
    REQUIRE(polling_);
    REQUIRE(ends.count(connection) == 0);  // once
    ends[connection] = why;
    if (on_closed) on_closed(connection);
  }

  bool is_closed(rt::connection_id connection) const { return ends.count(connection) != 0; }

  rt::transport& transport;
  std::vector<rt::connection_id> accepts;
  std::vector<rt::connection_id> opens;
  std::map<rt::connection_id, std::vector<bytes>> frames;
  std::map<rt::connection_id, unsigned> writables;
  std::map<rt::connection_id, rt::connection_end> ends;
  std::size_t frames_received = 0;

  std::function<void(rt::connection_id)> on_accepted;
  std::function<void(rt::connection_id)> on_opened;
  std::function<void(rt::connection_id, const bytes&)> on_received;
  std::function<void(rt::connection_id)> on_writable;
  std::function<void(rt::connection_id)> on_closed;

 private:
  void begin(rt::connection_id connection) {
    REQUIRE(polling_);
    REQUIRE(connection);
    REQUIRE(begun_.count(connection) == 0);
    REQUIRE(ends.count(connection) == 0);
    begun_[connection] = true;
  }
  bool live(rt::connection_id connection) const {
    return polling_ && begun_.count(connection) != 0 && ends.count(connection) == 0;
  }

  std::map<rt::connection_id, bool> begun_;
  bool polling_ = false;
  unsigned frames_in_poll_ = 0;
  unsigned frames_max_ = 0;
};

}  // namespace conformance
