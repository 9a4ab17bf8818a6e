#pragma once

// Deliberate bugs can be planted in the book.
#ifndef RT_LANE_EXPLORED
#define RT_LANE_EXPLORED
#endif

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "rpc/endpoint.hpp"
#include "sim/event_loop.hpp"
#include "sim/network.hpp"
#include "sim/process_clock.hpp"
#include "store/transfers/transfer_book.hpp"
#include "support/loop_environment.hpp"

namespace transfers_over_wire {

using namespace rt;
using namespace rt::store::transfers;

/// What the processes of one run share beside the network.
struct surroundings {
  sim::event_loop& loop;
  sim::network& network;
  std::uint64_t seed = 0;
  rpc::session_options sessions = {};
  options limits = {};
  std::map<incarnation, std::uint32_t> numbers = {};  ///< of the simulated processes
};

/// The bytes of an object, which follow from its id.
std::vector<std::byte> bytes_of(const object_id& object, std::size_t size);
content content_of(const std::vector<std::byte>& bytes);

/// One incarnation of a process: a book, its memory, and the sessions over which it talks. The edge
/// of the book, in short.
class transfer_process final : rpc::endpoint_events {
 public:
  using buffer = std::shared_ptr<std::vector<std::byte>>;
  /// Hears how a wait ended, with the bytes where they are here.
  using ended_hook = std::function<void(const effects::wait_ended&, const buffer&)>;

  transfer_process(surroundings& around, std::uint32_t number, incarnation self, ended_hook ended);

  void keep(const object_id& object, const std::vector<std::byte>& bytes);
  void fill_stored(const object_id& object, const content& of, incarnation holder);
  void own(const object_id& object) { book_.own(object); }
  void free(const object_id& object);
  void want(const object_id& object, wait_number wait);
  void unwant(const object_id& object, wait_number wait);
  void hear_of_death(incarnation process);
  void die() { dead_ = true; }

  const transfer_book& book() const noexcept { return book_; }
  bool has(const object_id& object) const;
  bool dead() const noexcept { return dead_; }
  std::size_t buffers() const noexcept { return buffers_.size(); }
  /// What is left over where nobody waits for anything; empty where nothing is.
  std::string left_over() const;

 private:
  struct came_from {
    rpc::session_id session;
    std::uint64_t number = 0;
  };

  void at(instant when, std::function<void()> what);
  void wake();
  void turn();
  void carry_out(effects& out, wire::byte_view tail = {});
  void send(const effects::letter& letter);
  void answer(const effects::letter& letter, ask_number token);
  rpc::session_id session_with(incarnation process);

  // endpoint_events
  void opened(rpc::session_id session, const rpc::peer& other) override;
  void asked(rpc::session_id session, const rpc::arrival& request) override;
  void told(rpc::session_id session, const rpc::arrival& notice) override;
  void ended(rpc::session_id session, rpc::session_end why, const std::string& text) override;
  wire::hello_answer admits(const rpc::peer&) override { return wire::hello_answer::accepted; }

  surroundings& around_;
  const incarnation self_;
  sim::process_clock clock_;
  support::loop_environment world_;
  transfer_book book_;
  std::map<buffer_number, buffer> buffers_;
  std::map<rpc::session_id, incarnation> others_;
  std::map<incarnation, rpc::session_id> ours_;  ///< those that were opened here
  std::map<ask_number, came_from> tokens_;
  std::uint64_t newest_token_ = 0;
  ended_hook ended_hook_;
  bool woken_ = false;
  bool dead_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  // Last: they let go of frames, which tells of pieces that have left.
  std::unique_ptr<sim::simulated_transport> transport_;
  rpc::endpoint endpoint_;
};

}  // namespace transfers_over_wire
