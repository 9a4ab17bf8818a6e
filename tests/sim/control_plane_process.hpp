#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <rt/core/environment.hpp>

#include "rpc/endpoint.hpp"
#include "sim/control_plane_truth.hpp"
#include "sim/event_loop.hpp"
#include "sim/network.hpp"
#include "sim/process_clock.hpp"
#include "support/loop_environment.hpp"

namespace control_plane_test {

/// What the processes of one run share.
struct ground {
  rt::sim::event_loop& loop;
  rt::sim::network& network;
  truth& facts;
  std::uint64_t seed;
};

inline std::string place_of(std::uint32_t number) {
  return "sim://" + std::to_string(number) + ":1";
}

/// Whether a request was taken; its number does not matter here.
inline rt::result<void> taken(const rt::result<std::uint64_t>& number) {
  return number ? rt::result<void>() : rt::result<void>(number.error());
}

inline rt::rpc::session_options session_times() {
  rt::rpc::session_options made;
  made.silence_max = 200 * ms;
  made.greeted_within = 150 * ms;
  made.reconnected_after_max = 100 * ms;
  made.ended_after = 400 * ms;
  return made;
}

/// One incarnation of a process: it has turns when something has come for it, and when it is due.
class process {
 public:
  process(const ground& on, std::uint32_t number, incarnation self)
      : on_(on),
        number_(number),
        self_(self),
        clock_(rt::sim::process_clock::from_seed(on.loop, on.seed, number)),
        world_(clock_, on.seed, static_cast<std::uint64_t>(self)),
        transport_(on.network.attach(number, [this] { wake(); })) {}
  virtual ~process() = default;
  process(const process&) = delete;
  process& operator=(const process&) = delete;

  incarnation self() const noexcept { return self_; }
  bool dead() const noexcept { return dead_; }
  bool rests() const noexcept { return dead_ || transport_->paused(); }
  /// Ends without a word; the network has forgotten it, or does now.
  virtual void die() {
    dead_ = true;
    alive_.reset();
  }

 protected:
  virtual void turn() = 0;

  /// Has something happen later, if this incarnation is still there.
  void at(instant when, std::function<void()> what) {
    clock_.at(when, [what = std::move(what), alive = std::weak_ptr<bool>(alive_)] {
      if (!alive.expired()) what();
    });
  }

  void wake() { wake_at(now()); }
  void wake_at(instant when) {
    if (dead_ || when == rt::never || when >= turn_at_) return;
    turn_at_ = when = std::max(when, now());
    at(when, [this, when] {
      if (turn_at_ != when) return;  // an earlier turn took its place
      turn_at_ = rt::never;
      if (transport_->paused()) return wake_at(now() + ms);
      turn();
    });
  }
  /// By the clock of its machine.
  instant now() const noexcept { return clock_.now(); }

  const ground& on_;
  const std::uint32_t number_;
  const incarnation self_;
  rt::sim::process_clock clock_;
  support::loop_environment world_;
  std::unique_ptr<rt::sim::simulated_transport> transport_;
  bool dead_ = false;

 private:
  instant turn_at_ = rt::never;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace control_plane_test
