#include <poll.h>
#include <array>
#include <ctime>
#include <memory>

#include <rt/transport/zmq.hpp>

#include "conformance/rules.hpp"
#include "support/catch.hpp"

// The contract of rt::transport, kept by ZeroMQ over this machine's loopback.

namespace {

class zmq_endpoints final : public conformance::endpoints {
 public:
  explicit zmq_endpoints(bool protected_by_curve) {
    rt::zmq::options limits;
    if (protected_by_curve) limits.secrets.emplace_back();
    limits.frame_bytes_max = 256 << 10;
    limits.window_bytes_max = 64 << 10;
    one_ = rt::zmq::make_transport(limits);
    other_ = rt::zmq::make_transport(limits);
  }

  rt::transport& one() override { return *one_; }
  rt::transport& other() override { return *other_; }
  rt::address open_place() override { return *rt::address::parse("zmq://127.0.0.1:0"); }
  rt::address nobody() override { return *rt::address::parse("zmq://127.0.0.1:1"); }
  void pass_time() override {
    constexpr int moment_ms = 1;
    std::array<pollfd, 2> both{pollfd{one_->wait_handle(), POLLIN, 0},
                               pollfd{other_ ? other_->wait_handle() : -1, POLLIN, 0}};
    if (::poll(both.data(), both.size(), moment_ms) == 0) return;
    // ZeroMQ's threads take their time, also where there is something to read already.
    constexpr timespec frame{0, 100'000};
    ::ppoll(nullptr, 0, &frame, nullptr);
  }
  void kill_other() override { other_.reset(); }

 private:
  std::unique_ptr<rt::transport> one_;
  std::unique_ptr<rt::transport> other_;
};

void keeps(bool protected_by_curve) {
  for (const conformance::rule& each : conformance::rules_for(false)) {
    DYNAMIC_SECTION(each.sentence) {
      zmq_endpoints both(protected_by_curve);
      each.check(both);
    }
  }
}

}  // namespace

TEST_CASE("transport: ZeroMQ keeps the contract") { keeps(false); }

TEST_CASE("transport: ZeroMQ under CURVE keeps the contract") { keeps(true); }
