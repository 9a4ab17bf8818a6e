#include <poll.h>
#include <array>
#include <memory>

#include "conformance/rules.hpp"
#include "support/catch.hpp"
#include "tcp/tcp.hpp"

// The contract of rt::transport, kept by TCP over this machine's loopback.

namespace {

class tcp_endpoints final : public conformance::endpoints {
 public:
  explicit tcp_endpoints(bool protected_by_tls) {
    rt::tcp::options limits;
    if (protected_by_tls) limits.secrets.emplace_back();
    limits.frame_bytes_max = 256 << 10;
    limits.queue_bytes_max = 64 << 10;
    one_ = rt::tcp::make_transport(limits);
    other_ = rt::tcp::make_transport(limits);
  }

  rt::transport& one() override { return *one_; }
  rt::transport& other() override { return *other_; }
  rt::address open_place() override { return *rt::address::parse("tcp://127.0.0.1:0"); }
  rt::address nobody() override { return *rt::address::parse("tcp://127.0.0.1:1"); }
  void pass_time() override {
    constexpr int moment_ms = 1;
    std::array<pollfd, 2> both{pollfd{one_->wait_handle(), POLLIN, 0},
                               pollfd{other_ ? other_->wait_handle() : -1, POLLIN, 0}};
    ::poll(both.data(), both.size(), moment_ms);
  }
  void kill_other() override { other_.reset(); }

 private:
  std::unique_ptr<rt::transport> one_;
  std::unique_ptr<rt::transport> other_;
};

void keeps(bool protected_by_tls) {
  for (const conformance::rule& each : conformance::rules_for(false)) {
    DYNAMIC_SECTION(each.sentence) {
      tcp_endpoints both(protected_by_tls);
      each.check(both);
    }
  }
}

}  // namespace

TEST_CASE("transport: TCP keeps the contract") { keeps(false); }

TEST_CASE("transport: TCP under TLS keeps the contract") { keeps(true); }
