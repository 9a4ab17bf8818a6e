#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "rt/transport/connection.hpp"
#include "sim/network_ground.hpp"
#include "sim/pipe.hpp"

namespace rt::sim {

/// One connection of a simulated network, with both its ends: side 0 asked for it, side 1 was asked. What
/// side n sends goes through pipe n.
///
/// A stream is opened by a hello and a welcome. A lossy connection is open at once for who asked, and
/// for the other side with the first frame that comes; it goes on where the asked process has begun anew.
/// Here a connection may be over before its transport has told so: what it has not yet told lies there.
/// Invariants: it is in `network_ground::links` until it is over at both ends and nothing is on its way.
/// Owner: that map; who calls holds a share of his own, since a call may be its end.
class link : public std::enable_shared_from_this<link> {
 public:
  /// `key` is this link's in all runs of a seed.
  link(network_ground& ground, std::uint64_t number, std::uint64_t key, simulated_transport& asker,
       const network_place& to);

  /// Names this connection at one side: unlike at the other, and nowhere else in the network.
  connection_id id(unsigned side) const noexcept { return {number_ * 2 + side + 1}; }
  process_number process(unsigned side) const noexcept { return ends_[side].process; }

  void open();
  void send(unsigned side, const outgoing_frame& frame);
  std::size_t held_bytes(unsigned side) const noexcept { return pipes_[side].held_bytes(); }
  /// Has `writable` told when half of the queue is free.
  void want_room(unsigned side);
  /// A frame of that side was received, or will not be.
  void release(unsigned side, std::size_t weight);
  void close(unsigned side);

  /// As `close`, for one whose transport hears no more; what has not left by then never does.
  void linger(unsigned side, instant until);
  /// The process at that side is no more.
  void die(unsigned side);
  /// Breaks a stream; both sides hear of it, each when it comes to them.
  void reset();
  /// A path was cut: each side waits, and then takes the connection for lost.
  void watch_silence();
  /// The paths are mended: what was held up goes on.
  void resume();

 private:
  enum class phase : std::uint8_t { absent, opening, open, closing, over };
  struct end {
    process_number process = 0;
    simulated_transport* owner = nullptr;  // null where nobody hears of it
    phase at = phase::absent;
    bool told_the_other = false;  // by a goodbye, when it was over
    bool wants_room = false;
    bool room_is_coming = false;
  };

  template <class What>
  void later(instant when, What what);
  void say(unsigned side, parcel_kind what);
  void leave_soon(unsigned side);
  void leave_what_may(unsigned side);
  void leave_one(unsigned side);
  void arrive_at(unsigned side, instant when);
  void arrive(unsigned from);
  void handle(unsigned from, parcel arrived);
  void handle_hello();
  void handle_frame(unsigned from, parcel arrived);
  bool accept();
  bool may_have_room(unsigned side) const noexcept;
  void make_room(unsigned side);
  void finish(unsigned side, connection_end why);
  void give_back(unsigned side, pipe::keepers freed);
  void end_if_done();

  network_ground& ground_;
  const std::uint64_t number_;
  const network_place to_;
  std::array<end, 2> ends_;
  std::array<pipe, 2> pipes_;
  std::array<bool, 2> leaving_{};  // an event is noted
  bool broken_ = false;            // nothing that is sent now arrives
  std::uint64_t watched_since_ = UINT64_MAX;
};

}  // namespace rt::sim
