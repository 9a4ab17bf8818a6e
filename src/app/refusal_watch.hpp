#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "rt/transport/transport.hpp"

namespace rt::app {

/// A transport that notices when the process at one address will not have this one at all: then its secret
/// is another, which nobody above the transport is told.
/// Thread, Owner: as the transport that does the work.
class refusal_watch final : public transport {
 public:
  /// `refused` is called within `poll`.
  refusal_watch(std::unique_ptr<transport> over, std::string at, std::function<void()> refused)
      : over_(std::move(over)), at_(std::move(at)), refused_(std::move(refused)) {}

  transport_traits traits() const noexcept override { return over_->traits(); }
  result<address> listen(const address& at) override { return over_->listen(at); }
  result<connection_id> connect(const address& to) override;
  send_status send(connection_id connection, const outgoing_frame& frame) override {
    return over_->send(connection, frame);
  }
  void close(connection_id connection) override { over_->close(connection); }
  bool poll(transport_events& events, unsigned frames_max) override;
  int wait_handle() const noexcept override { return over_->wait_handle(); }
  void wake() noexcept override { over_->wake(); }
  void stop(unsigned linger_ms) override { over_->stop(linger_ms); }

 private:
  class listener;

  std::unique_ptr<transport> over_;
  const std::string at_;
  std::function<void()> refused_;
  /// Those to that address.
  std::set<connection_id> calls_;
};

}  // namespace rt::app
