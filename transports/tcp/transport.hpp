#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

#include "net/connection_table.hpp"
#include "net/name_lookup.hpp"
#include "net/poller.hpp"
#include "net/tick.hpp"
#include "rt/transport/transport.hpp"
#include "tcp/connection.hpp"
#include "tcp/options.hpp"
#include "tcp/tls_context.hpp"

namespace rt::tcp {

/// What `make_transport` makes: listeners, connections by their numbers, and whose turn it is.
class transport final : public rt::transport {
 public:
  explicit transport(const options& limits = {});
  ~transport() override;
  transport(const transport&) = delete;
  transport& operator=(const transport&) = delete;

  transport_traits traits() const noexcept override;
  result<address> listen(const address& at) override;
  result<connection_id> connect(const address& to) override;
  send_status send(connection_id connection, const outgoing_frame& frame) override;
  void close(connection_id connection) override;
  bool poll(transport_events& events, unsigned frames_max) override;
  int wait_handle() const noexcept override { return poller_.descriptor(); }
  void wake() noexcept override { poller_.wake(); }
  void stop(unsigned linger_ms) override;

 private:
  struct listener {
    asio::ip::tcp::acceptor acceptor;
    bool waiting = false;  // somebody may be there
  };

  /// Notes what has become ready, for what time is up, and who calls.
  void look(int wait_ms);
  void accept_waiting(listener& from);
  void accept_waiting();
  void hear_names();
  void look_at_times();
  void need_tick();
  void note_due(connection& which);
  void note_dirty(connection& which);
  void flush(connection& which);
  void flush_dirty();
  /// Does what is due.
  void step_due(transport_events& events, unsigned frames_max);

  const options limits_;
  net::poller poller_;  // before all that is watched
  const std::unique_ptr<tls_context> protection_;
  const surroundings shared_;
  net::tick tick_;
  asio::io_context around_{1};
  net::name_lookup names_;
  std::vector<std::unique_ptr<listener>> listeners_;
  net::connection_table<connection> connections_;
  std::size_t unproved_ = 0;            // of those
  std::vector<connection_id> due_;      // to be stepped
  std::vector<connection_id> stepped_;  // memory for the next round's
  std::vector<connection_id> dirty_;    // to be written
  std::vector<std::byte> scratch_;
  bool polling_ = false;
  bool ticking_ = false;
  bool stopped_ = false;
};

}  // namespace rt::tcp
