// A user's program that joins two places by ZeroMQ, protected by a secret.

#include <poll.h>
#include <cstdio>
#include <memory>

#include <rt/transport/zmq.hpp>

struct ear : rt::transport_events {
  explicit ear(rt::transport& own) : own(own) {}

  void accepted(rt::connection_id, const rt::address&) override {}
  void opened(rt::connection_id on) override {
    own.send(on, {.header = std::as_bytes(std::span("hello", 5))});
  }
  void received(rt::connection_id, std::span<const std::byte> frame) override {
    heard = frame.size();
  }
  void writable(rt::connection_id) override {}
  void closed(rt::connection_id, rt::connection_end) override { ended = true; }

  rt::transport& own;
  std::size_t heard = 0;
  bool ended = false;
};

int main() {
  rt::zmq::options limits;
  limits.secrets.emplace_back();
  const std::unique_ptr<rt::transport> called = rt::zmq::make_transport(limits);
  const std::unique_ptr<rt::transport> caller = rt::zmq::make_transport(limits);
  const auto at = called->listen(*rt::address::parse("zmq://127.0.0.1:0"));
  if (!at || !caller->connect(*at)) return 1;
  ear there(*called);
  ear here(*caller);
  while (there.heard == 0 && !here.ended) {
    called->poll(there, 16);
    caller->poll(here, 16);
    constexpr int moment_ms = 10;
    pollfd both[] = {{called->wait_handle(), POLLIN, 0}, {caller->wait_handle(), POLLIN, 0}};
    ::poll(both, 2, moment_ms);
  }
  std::printf("%zu bytes came\n", there.heard);
  return there.heard == 5 ? 0 : 2;
}
