#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <utility>

#include <rt/sim.hpp>

#include "sim/event_loop.hpp"
#include "sim/fault_plan.hpp"
#include "sim/network.hpp"
#include "sim/workload.hpp"

namespace exchange {

class world;

/// One process that keeps a connection to each other one and sends numbered frames on it now and then.
class process final : public rt::transport_events {
 public:
  process(world& around, rt::sim::process_number number, std::uint64_t incarnation);
  ~process() { *alive_ = nullptr; }
  process(const process&) = delete;
  process& operator=(const process&) = delete;

  void accepted(rt::connection_id on, const rt::address& from) override;
  void opened(rt::connection_id on) override;
  void received(rt::connection_id on, std::span<const std::byte> bytes) override;
  void writable(rt::connection_id on) override;
  void closed(rt::connection_id on, rt::connection_end why) override;

  void stop() { transport_->stop(0); }

 private:
  struct outgoing {
    rt::sim::process_number to;
    std::uint64_t stream;  // unlike all others of the run
    std::uint32_t sent = 0;
    bool usable = false;
  };

  void poll();
  void connect(rt::sim::process_number to);
  void send_now_and_then();
  void send_on(rt::connection_id on, outgoing& one);
  /// What is to happen does not, where the process has died; where it is paused, it waits.
  void later(rt::instant after, std::function<void(process&)> what);

  world& world_;
  const rt::sim::process_number number_;
  std::shared_ptr<process*> alive_;  // points to null when it has died
  rt::sim::random_stream numbers_;
  std::map<rt::connection_id, outgoing> outgoing_;
  std::set<rt::connection_id> live_;
  std::map<rt::connection_id, std::pair<std::uint64_t, std::uint32_t>> incoming_;  // stream, next
  std::unique_ptr<rt::transport> transport_;
};

/// Two to four processes under the faults of a plan, checked from outside: a stream's frames come in order,
/// each once and without a gap; a lossy connection's were all sent; after the healing everybody reaches
/// everybody again, and in the end nothing is left over.
class world {
 public:
  explicit world(const workloads::schedule& planned);

  void fail(const std::string& what);
  workloads::planned_report run();

  const std::uint64_t seed;
  const rt::sim::process_number processes;
  rt::sim::fault_plan plan;
  rt::sim::event_loop loop;
  rt::sim::network net;
  std::map<std::uint64_t, std::uint32_t> sent;  // frames by stream
  std::uint64_t streams = 0;
  /// Who has had a frame from whom that was sent after the healing.
  std::set<std::pair<rt::sim::process_number, rt::sim::process_number>> reached;

 private:
  void start(rt::sim::process_number number);
  void check_the_end();

  std::map<rt::sim::process_number, std::unique_ptr<process>> alive_;
  std::uint64_t incarnations_ = 0;
  std::string failure_;
};

}  // namespace exchange
