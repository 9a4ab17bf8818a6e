#pragma once

// Sessions as explored: with fault sites, probes and deliberate bugs.
#ifndef RT_LANE_EXPLORED
#define RT_LANE_EXPLORED
#endif

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "rpc/endpoint.hpp"
#include "sim/event_loop.hpp"
#include "sim/network.hpp"
#include "sim/process_clock.hpp"
#include "sim/random_stream.hpp"
#include "support/loop_environment.hpp"

namespace conversation {

constexpr rt::instant ms = 1'000'000;

/// Of a process that has not died yet.
constexpr std::uint64_t first_incarnation_of(rt::sim::process_number number) { return 1 + number; }

/// What one process knows of one session.
struct line {
  bool open = false;
  std::uint64_t wanted = 0;  // the incarnation that it is for; 0 for any
  std::uint64_t other = 0;   // the incarnation at the other end
  std::uint64_t notices_sent = 0;
  std::uint64_t notices_heard = 0;
  std::uint64_t asked = 0;
  std::uint64_t answered = 0;
};

/// One incarnation of a process that says random things to others, by a clock of its own. In some runs it
/// declares another one dead when it finds no way to it any more, and refuses it from then on.
class talker final : rt::rpc::endpoint_events {
 public:
  /// `refused` is called when another has declared it dead: it is to begin anew.
  talker(rt::sim::event_loop& loop, rt::sim::network& around, std::uint64_t seed,
         rt::sim::process_number number, std::uint64_t incarnation, std::function<void()> refused);

  /// Opens a session to a process; for the incarnation of it that was heard of last, or for any.
  void call(rt::sim::process_number number, bool the_one_known);

  /// Says something on one of its sessions.
  void say(rt::sim::random_stream& numbers);

  /// Is everything that was sent on its sessions answered?
  bool settled() const;

  const std::map<std::uint64_t, line>& lines() const noexcept { return lines_; }
  std::uint64_t incarnation() const noexcept { return incarnation_; }
  std::uint64_t ended() const noexcept { return ended_; }
  std::uint64_t calls() const noexcept { return calls_; }
  const rt::rpc::endpoint& endpoint() const noexcept { return endpoint_; }
  /// Does it do nothing: dead, or stopped for a while?
  bool rests() const noexcept { return dead_ || transport_->paused(); }
  bool dead() const noexcept { return dead_; }

  void die() { dead_ = true; }

 private:
  void wake();
  /// Has something happen later, by this process's clock, if this incarnation still is there.
  void at(rt::instant when, std::function<void()> what);
  void turn();
  void tell(rt::rpc::session_id session);
  void ask(rt::rpc::session_id session);

  void opened(rt::rpc::session_id session, const rt::rpc::peer& other) override;
  void asked(rt::rpc::session_id session, const rt::rpc::arrival& request) override;
  void told(rt::rpc::session_id session, const rt::rpc::arrival& notice) override;
  void ended(rt::rpc::session_id session, rt::rpc::session_end why,
             const std::string& text) override;
  rt::wire::hello_answer admits(const rt::rpc::peer& other) override;

  rt::sim::process_clock clock_;
  support::loop_environment world_;
  std::unique_ptr<rt::sim::simulated_transport> transport_;
  rt::rpc::endpoint endpoint_;
  const std::uint64_t incarnation_;
  const std::function<void()> refused_;
  const bool buries_;
  /// All processes of a run have one session with each other one, whoever opens it.
  const bool one_each_;
  std::set<std::uint64_t> buried_;
  std::map<std::uint64_t, line> lines_;
  /// The newest incarnation heard of, by its address.
  std::map<std::string, std::uint64_t> newest_at_;
  /// On all its sessions, those that have ended too.
  std::set<std::pair<std::uint64_t, std::uint64_t>> requests_heard_;
  std::uint64_t ended_ = 0;
  std::uint64_t calls_ = 0;
  bool woken_ = false;
  bool dead_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace conversation
