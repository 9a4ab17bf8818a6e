#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/variant.hpp"
#include "rpc/arrivals.hpp"
#include "rpc/outbox.hpp"
#include "rpc/round_trip.hpp"
#include "rpc/session_options.hpp"
#include "rt/core/environment.hpp"
#include "rt/core/result.hpp"
#include "wire/frame_writer.hpp"

namespace rt::rpc {
inline namespace RT_LANE_VARIANT {

/// One side of a session: numbers what leaves, keeps it until the other side has acted upon it, sees
/// that what comes is acted upon once and in its order, and says when something has to be sent.
///
/// It knows no connection: `unsent` gives the frames to be handed over, `connected` says that there is a
/// new way, by which everything after what the other side has received goes again.
/// Invariant: within a session each frame is acted upon at most once, in order; one that was not
/// acknowledged when the session ends may have been acted upon or not.
/// Thread: a value; under the baton. Takes the time as an argument.
class session {
 public:
  explicit session(const session_options& options)
      : options_(&options),
        arrivals_(options.early_bytes_max, options.early_frames_max),
        round_trip_(options) {}

  // What leaves.

  /// Adds a message to the frame that is being gathered.   Errors: serialization, over a limit.
  result<void> add(std::uint64_t number, const wire::message& added);
  /// Adds one with a tail, in a frame of its own.   Owner: of the tail `keeper`.
  result<void> add(std::uint64_t number, const wire::message& added,
                   std::span<const std::byte> tail, std::shared_ptr<const void> keeper);
  /// Has the other side say something, if only that it was heard: sends a frame without messages, unless
  /// something waits for it anyway.
  void ask_for_sign();
  /// Ends the frame that is being gathered, so that `unsent` gives it.
  void close_frame();

  /// What the other side has not acknowledged, that which is being gathered included.   Units: bytes.
  std::size_t in_flight() const noexcept { return outbox_.bytes() + writer_.size(); }
  /// Is as much unacknowledged as may be? Answers are taken nevertheless.
  bool full() const noexcept { return in_flight() >= options_->in_flight_bytes_max; }

  /// The number of the next frame to be handed over; nothing if there is none.
  std::optional<std::uint64_t> unsent() const noexcept;
  kept_frame& frame(std::uint64_t number) noexcept { return outbox_.at(number); }
  /// The frame was handed over, with everything acknowledged up to now.
  void sent(std::uint64_t number, instant now);
  /// An acknowledgement was handed over by itself.
  void acknowledgement_sent() noexcept {
    acknowledge_at_ = never;
    unacknowledged_bytes_ = 0;
  }

  // What comes.

  /// Takes note of an acknowledgement.
  /// Shape: false if the other side acknowledges what was never sent.
  bool acknowledged(std::uint64_t up_to, instant now);
  /// Looks at a frame with that number, not 0. Acted upon, `acted` follows.
  arrivals::turn look(std::uint64_t number, std::span<const std::byte> frame, instant now);
  void acted(instant now);
  std::optional<std::vector<std::byte>> take_early() { return arrivals_.take_early(); }
  /// All frames of the other side up to this have been acted upon.
  std::uint64_t received() const noexcept { return arrivals_.acted_upon(); }

  // Ways.

  /// There is a new connection, and the other side has acted upon all up to `received`.
  /// Shape: false if that was never sent, or it had acknowledged more before.
  bool connected(std::uint64_t received, instant now);
  /// Has sent again what is not acknowledged in time.   Thread: over a lossy transport only.
  void resend_if_due(instant now);

  /// When an acknowledgement has to leave by itself.
  instant acknowledge_at() const noexcept { return acknowledge_at_; }
  /// When `resend_if_due` has something to do; `never` where nothing waits.
  instant resend_at() const noexcept { return resend_at_; }
  bool waits_for_other() const noexcept { return !outbox_.empty(); }
  /// Has nothing to do, now or later, until something is added or comes?
  bool rests() const noexcept {
    return writer_.empty() && outbox_.empty() && acknowledge_at_ == never;
  }
  /// Frames that were handed over, and those of them that were sent again by time.
  std::uint64_t handed_over() const noexcept { return handed_over_; }
  std::uint64_t resent() const noexcept { return resent_; }

 private:
  void keep(std::span<const std::byte> tail, std::shared_ptr<const void> keeper);
  void start_waiting(instant now) noexcept;

  const session_options* options_;
  wire::frame_writer writer_;
  outbox outbox_;
  arrivals arrivals_;
  /// All up to this were handed over on the present connection.
  std::uint64_t handed_over_ = 0;
  /// These are to be handed over once more, before new ones.
  std::uint64_t again_ = 1;
  std::uint64_t again_end_ = 1;
  instant acknowledge_at_ = never;
  /// What has come since an acknowledgement left.
  std::size_t unacknowledged_bytes_ = 0;
  instant resend_at_ = never;
  round_trip round_trip_;
  /// The frame that is measured, sent once; 0 for none.
  std::uint64_t measured_ = 0;
  instant measured_at_ = 0;
  std::uint64_t resent_ = 0;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::rpc
