#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <zmq.hpp>

#include "rt/transport/transport.hpp"
#include "rt/transport/zmq.hpp"
#include "zmq/call.hpp"
#include "zmq/listener.hpp"
#include "zmq/message.hpp"
#include "zmq/window.hpp"

namespace rt::zmq {

/// One connection: what has been agreed on, how much is on its way, and how it ends.
///
/// It is given the messages that come, in order, and hands those that leave to its call or its listener.
/// Thread: one at a time.   Units: times in milliseconds of a steady clock.
class connection {
 public:
  /// One that this side asks for.
  connection(connection_id own, const options& limits, std::unique_ptr<call> asked,
             std::int64_t now);
  /// One that another has asked for, by a greeting that came under that name on that descriptor.
  connection(connection_id own, const options& limits, listener& by, std::string name,
             int descriptor, std::uint64_t window_there, std::int64_t now);
  ~connection();
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  connection_id id() const noexcept { return id_; }
  bool accepted() const noexcept { return from_ != nullptr; }
  bool over() const noexcept { return at_ == phase::over; }
  bool ended() const noexcept { return end_.has_value(); }
  bool closing() const noexcept { return at_ == phase::closing; }
  call* asked() noexcept { return call_.get(); }
  listener* from() noexcept { return from_; }

  /// Calls the next place; where there is none it ends so.
  void try_next(connection_end why);

  /// Welcomes who has asked.   Shape: false if that one is gone already; then nothing is told.
  bool welcome();

  send_status send(const outgoing_frame& frame, std::int64_t now);
  void close(std::int64_t now);

  /// Takes what has come, and tells it.   Shape: whether it gave a frame.
  bool hear(const ::zmq::message_t& message, transport_events& events, std::int64_t now);

  /// The other side is not there any more, and all that had come has been heard.
  void lose(call_fate how = call_fate::lost);

  /// When something came last.
  std::int64_t heard_at() const noexcept { return heard_at_; }

  /// Whether `step` has something to tell.
  bool owes() const noexcept { return at_ != phase::over && (end_ || has_room_again()); }
  void step(transport_events& events);

  /// Ends what has lasted too long.   Shape: whether it has to be looked at again later.
  bool look_at_time(std::int64_t now);

  bool due = false;  ///< a mark of whoever keeps it: to be served

 private:
  enum class phase : std::uint8_t { calling, open, closing, over };

  bool has_room_again() const noexcept;
  bool say(::zmq::message_t message);
  void hear_open(const message_view& said, transport_events& events, std::int64_t now);
  void give(const message_view& frame, transport_events& events);
  void end(connection_end why) noexcept;

  const connection_id id_;
  const options& limits_;
  std::unique_ptr<call> call_;  // of these two one
  listener* from_ = nullptr;
  const std::string name_;
  const int descriptor_ = -1;
  phase at_ = phase::calling;
  window window_;
  bool full_ = false;    // `send` has said so, and `writable` has not been told
  bool broken_ = false;  // nothing leaves any more
  std::optional<connection_end> end_;
  std::int64_t heard_at_;
  std::int64_t since_;  // when what is waited for began: the opening, the last credit, the end
};

}  // namespace rt::zmq
