#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "rt/transport/transport.hpp"
#include "sim/link.hpp"
#include "sim/network_counts.hpp"
#include "sim/network_options.hpp"
#include "sim/network_place.hpp"
#include "sim/pipe.hpp"

namespace rt::sim {

class network;

/// What a transport has to tell at the next `poll`.
struct pending_event {
  enum kind : std::uint8_t { accepted, opened, received, writable, closed };

  kind what = opened;
  connection_id connection = {};
  std::vector<std::byte> bytes = {};
  std::size_t weight = 0;
  std::optional<address> from = {};
  connection_end why = connection_end::asked;
};

/// One incarnation of a simulated process, as the network sees it.
///
/// There is no descriptor: the hook given to `network::attach` is called when there is something to do, and
/// then not again until `poll`. `stop` waits for nobody, since virtual time does not pass in a call: what
/// leaves within the linger leaves, and who listens at the other side sees no difference.
/// Owner: whoever attached it; the network outlives it.
/// Thread: that of its network's timeline.
class simulated_transport final : public transport {
 public:
  simulated_transport(network& around, process_number process, std::function<void()> ready);
  ~simulated_transport() override;
  simulated_transport(const simulated_transport&) = delete;
  simulated_transport& operator=(const simulated_transport&) = delete;

  transport_traits traits() const noexcept override;
  result<address> listen(const address& at) override;
  result<connection_id> connect(const address& to) override;
  send_status send(connection_id connection, const outgoing_frame& frame) override;
  void close(connection_id connection) override;
  bool poll(transport_events& events, unsigned frames_max) override;
  int wait_handle() const noexcept override { return -1; }
  void wake() noexcept override;
  void stop(unsigned linger_ms) override;

  process_number process() const noexcept { return process_; }
  bool paused() const noexcept { return paused_; }

  // For the network and its links.
  void post(pending_event what);
  void accept(std::shared_ptr<link> incoming, const network_place& from);
  void give_back(pipe::keepers freed);
  void pause() noexcept { paused_ = true; }
  void resume();
  /// Ends as a process ends that is killed: what has not left perhaps does, and perhaps does not.
  void die();

 private:
  enum class phase : std::uint8_t { opening, open, closing };
  struct connection {
    std::shared_ptr<sim::link> link;
    unsigned side;
    phase at = phase::opening;  // as far as it has been told
    bool full = false;
  };

  void tell(pending_event what, transport_events& events);
  void discard(const pending_event& what, const connection& of);
  void forget_everything();
  void become_ready();

  network& network_;
  const process_number process_;
  process_traffic& traffic_;
  const std::function<void()> ready_;
  std::map<connection_id, connection> connections_;
  std::deque<pending_event> pending_;
  pipe::keepers spent_;
  bool told_ready_ = false;
  bool paused_ = false;
  bool stopped_ = false;
};

}  // namespace rt::sim
