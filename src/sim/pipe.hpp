#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "sim/network_ground.hpp"
#include "sim/parcel.hpp"
#include "sim/random_stream.hpp"

namespace rt::sim {

/// One direction of a connection: what waits to leave, what has left and not arrived, and what becomes of
/// it on the way.
///
/// Each kind of choice has random numbers of its own, and so has each pipe: what is changed of one fault or
/// one connection shifts no other.
class pipe {
 public:
  using keepers = std::vector<std::shared_ptr<const void>>;

  /// What happened as a parcel left.
  struct departure {
    parcel_kind kind;
    bool breaks = false;  ///< its connection breaks now
    /// When it arrives, and arrives again; `never` where it does not.
    instant arrival = never;
    instant second_arrival = never;
  };

  /// `key` is this pipe's in all runs of a seed.
  pipe(network_ground& ground, process_number from, process_number to, std::uint64_t key);

  void take(parcel taken);
  bool waiting() const noexcept { return !waiting_.empty(); }
  bool idle() const noexcept { return waiting_.empty() && on_the_way_.empty(); }

  /// Returns from when on the next one may leave.
  instant leaves_at() const noexcept;
  /// Has the next one leave.   Shape: there is one; `freed` gets what it let go of.
  departure leave(keepers& freed);

  bool open() const noexcept { return ground_.paths.open(from_, to_); }
  /// Takes out what is due, one at a time.
  std::optional<parcel> arrive();

  /// Units: bytes that were taken and neither received nor dropped.
  std::size_t held_bytes() const noexcept { return held_bytes_; }
  void release(std::size_t weight) noexcept { held_bytes_ -= weight; }
  /// Forgets a frame that nobody will receive.
  void drop(const parcel& dropped) noexcept;
  void drop_waiting(keepers& freed);
  /// Takes in what waits, and lets go of all that it lay in.
  void pack_waiting();
  void drop_on_the_way();
  /// Breaks off what is on its way: of a stream a first part still arrives, of a lossy one any part.
  void cut_short();

  instant draw_delay();
  /// Draws how long a side of a stream waits in silence.
  instant draw_silence();
  bool draw_coin() { return fates_.one_in(2); }

 private:
  instant put_on_the_way(parcel packed, instant arrival);
  bool harmed(random_stream& stream, std::uint32_t rate_ppm) const;

  network_ground& ground_;
  const process_number from_;
  const process_number to_;
  random_stream delays_;
  random_stream losses_;
  random_stream doublings_;
  random_stream reorderings_;
  random_stream resets_;
  random_stream fates_;
  std::deque<parcel> waiting_;
  std::map<std::pair<instant, std::uint64_t>, parcel> on_the_way_;  // by arrival, then as they left
  std::uint64_t left_ = 0;
  instant line_free_at_ = 0;
  instant last_arrival_ = 0;
  std::size_t held_bytes_ = 0;
};

}  // namespace rt::sim
