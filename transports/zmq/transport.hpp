#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <zmq.hpp>

#include "net/connection_table.hpp"
#include "net/name_lookup.hpp"
#include "net/poller.hpp"
#include "net/tick.hpp"
#include "rt/transport/transport.hpp"
#include "rt/transport/zmq.hpp"
#include "zmq/connection.hpp"
#include "zmq/doorkeeper.hpp"
#include "zmq/keys.hpp"
#include "zmq/listener.hpp"
#include "zmq/sockets.hpp"

namespace rt::zmq {

/// What `make_transport` makes: listeners, connections by their numbers, and whose turn it is.
class transport final : public rt::transport {
 public:
  explicit transport(const options& limits);
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
  /// One that is not there any more, whose last words may still wait.
  struct lost_one {
    connection_id own;
    std::int64_t since;
  };
  struct listening {
    std::unique_ptr<listener> own;
    std::vector<lost_one> lost;
    bool due = false;
  };

  void look(int wait_ms);
  void look_at_times();
  void need_tick();
  void note_due(connection& which);
  void note_due(listening& which);
  /// Something has been handed to a connection's socket, which may have taken note of what came.
  void note_touched(connection& which);
  void see_touched();

  void serve_due(transport_events& events, unsigned& frames_left);
  void serve_callers(transport_events& events, unsigned& frames_left);
  void serve(connection& which, transport_events& events, unsigned& frames_left);
  void serve(listening& which, transport_events& events, unsigned& frames_left);
  void settle(connection& which, transport_events& events);
  /// Shape: whether it gave a frame.
  bool hear(listening& on, letter& come, transport_events& events);
  void accept(listener& on, letter& come, std::uint64_t window, transport_events& events);
  void end_sockets(int linger_ms);

  const options limits_;
  net::poller poller_;
  const std::vector<cluster_keys> keys_;
  ::zmq::context_t context_;
  const surroundings shared_;
  std::optional<doorkeeper> doorkeeper_;  // from the first listener on
  net::tick tick_;
  net::name_lookup names_;
  std::vector<std::unique_ptr<listening>> listeners_;  // before those that are named in it
  net::connection_table<connection> connections_;
  std::int64_t heard_at_ = 0;          // when anything last came
  std::vector<connection_id> due_;     // to be served
  std::vector<connection_id> served_;  // memory for the next round's
  std::vector<connection_id> touched_;
  bool callers_first_ = false;
  bool polling_ = false;
  bool ticking_ = false;
  bool stopped_ = false;
};

}  // namespace rt::zmq
