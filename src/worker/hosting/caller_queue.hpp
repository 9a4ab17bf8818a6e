#pragma once

#include "worker/hosting/effects.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace rt::worker::hosting {
inline namespace RT_LANE_VARIANT {

/// A call as it comes.
struct arrived_call {
  attempt_name name;
  /// Its arguments are here; else `host_table::ready` tells.
  bool ready = true;
};

/// The calls of one caller for one actor that have not begun, by seq: they begin in that order.
/// Thread: belongs to the loop.
class caller_queue {
 public:
  struct waiting_call {
    call_seq seq{};
    std::uint64_t arrival = 0;  ///< among the calls of all callers
    arrived_call what;
  };

  /// Adds a call behind the others.   Shape: false where one of that seq or a later one was here.
  bool add(call_seq seq, std::uint64_t arrival, const arrived_call& what);
  /// The arguments of one that waits are here.   Shape: whether it waits here.
  bool ready(const attempt_name& which);
  /// Takes one out.   Shape: whether it waited here.
  bool cancel(const attempt_name& which);
  /// The first, if its arguments are here.
  const waiting_call* first_ready() const noexcept;
  /// Takes the first out.
  waiting_call take();
  /// Takes all out.
  std::vector<waiting_call> cut();

  std::span<const waiting_call> waiting() const noexcept {
    return std::span(waiting_).subspan(head_);
  }
  bool empty() const noexcept { return waiting_.size() == head_; }
  /// The last that came.
  call_seq newest() const noexcept { return newest_; }

 private:
  void compact();

  std::vector<waiting_call> waiting_;
  std::size_t head_ = 0;
  call_seq newest_{};
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::hosting
