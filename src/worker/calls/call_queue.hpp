#pragma once

#include "worker/calls/call.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace rt::worker::calls {
inline namespace RT_LANE_VARIANT {

/// A call of which the end is open.
struct held_call {
  enum class state : std::uint8_t {
    gone,      ///< its end is known; it only keeps its place
    waiting,   ///< to be sent, or sent again
    sent,      ///< in the newest epoch that is known
    doubtful,  ///< it may have run and is not made again; how it fails is for the owner to say
  };
  call made;
  state where = state::waiting;
  bool cancelling = false;    ///< someone wants its end, and its host was told
  bool may_have_run = false;  ///< the fate of an attempt at it was unknown
};

/// The calls of one actor from here, by seq.
/// Shape: without `gone` ones at its begin; who leaves out of turn leaves one behind.
/// Thread: belongs to the loop.
class call_queue {
 public:
  /// Adds one behind the others.   Shape: its seq.
  call_seq add(const call& made);

  held_call& at(call_seq seq) { return calls_[head_ + (seq - first_seq_)]; }
  const held_call& at(call_seq seq) const { return calls_[head_ + (seq - first_seq_)]; }
  /// Marks one as gone; others keep their seqs.
  void leave(call_seq seq);

  /// Those from `first_seq` on, by seq.
  std::span<held_call> calls() noexcept { return std::span(calls_).subspan(head_); }
  std::span<const held_call> calls() const noexcept { return std::span(calls_).subspan(head_); }
  call_seq first_seq() const noexcept { return first_seq_; }
  call_seq next_seq() const noexcept { return first_seq_ + (calls_.size() - head_); }
  std::size_t size() const noexcept { return held_; }
  bool empty() const noexcept { return held_ == 0; }

  /// All before this are sent, doubtful or gone: the next to send comes from here on.
  call_seq send_from() const noexcept { return send_from_; }
  void sent_up_to(call_seq next) noexcept { send_from_ = next; }
  /// One before it waits again.
  void send_again(call_seq seq) noexcept {
    if (seq < send_from_) send_from_ = seq;
  }

 private:
  std::vector<held_call> calls_;
  std::size_t head_ = 0;  // of `first_seq_`; what lies before it is gone
  std::size_t held_ = 0;  // those that are not gone
  call_seq first_seq_{1};
  call_seq send_from_{1};
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::calls
