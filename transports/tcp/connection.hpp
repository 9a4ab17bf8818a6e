#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <asio/ip/tcp.hpp>

#include "net/poller.hpp"
#include "rt/core/address.hpp"
#include "rt/transport/frame_splitter.hpp"
#include "rt/transport/transport.hpp"
#include "tcp/options.hpp"
#include "tcp/outbox.hpp"
#include "tcp/stream.hpp"
#include "tcp/stream_word.hpp"
#include "tcp/tls_context.hpp"

namespace rt::tcp {

/// What all connections of a transport share. Owner: the transport.
struct surroundings {
  const options& limits;
  net::poller& watched;
  const tls_context* protection;  ///< null: bare
};

/// One connection: a socket, what waits to leave on it, and what has come of the next frame.
///
/// It is told what its socket is ready for, moves what can be moved without waiting, and tells its events.
/// Thread: one at a time.   Owner: of its socket.   Units: times in milliseconds of a steady clock.
class connection {
 public:
  using endpoints = std::vector<asio::ip::tcp::endpoint>;

  /// One that this side asks for; `try_places` begins it.
  connection(connection_id own, asio::io_context& around, const surroundings& of, std::int64_t now);
  /// One that another has made, and that is welcome.
  connection(connection_id own, asio::ip::tcp::socket taken, const surroundings& of,
             std::int64_t now);

  /// Tells somebody who has made a connection that there are too many.
  static void refuse(asio::ip::tcp::socket taken);

  connection_id id() const noexcept { return id_; }
  bool over() const noexcept { return at_ == phase::over; }
  bool accepted() const noexcept { return accepted_; }
  /// Whether the other side has yet to prove that it knows the secret.
  bool unproved() const noexcept { return at_ == phase::greeting; }

  /// Begins to connect, to the first of these that answers; where none does, `step` tells it.
  void try_places(endpoints places);

  /// Notes what the socket is ready for.
  void ready(bool readable, bool writable) noexcept;

  send_status send(const outgoing_frame& frame);
  void close();

  /// Writes what waits, as much as the socket takes.
  void flush(std::int64_t now);

  /// Whether bytes wait to leave.
  bool waits() const noexcept { return waiting_; }

  /// Whether `step` has something to do or to tell, whatever the socket does.
  bool owes() const noexcept;

  /// Does what can be done, and tells it. `scratch` is for what nobody wants any more.
  /// Shape: whether there is more to do at once. At most `frames_left` frames, which it counts down.
  bool step(transport_events& events, unsigned& frames_left, std::span<std::byte> scratch);

  /// Ends what has lasted too long.   Shape: whether it has to be looked at again later.
  bool look_at_time(std::int64_t now);

  // Marks of whoever keeps it.
  bool due = false;    ///< to be stepped
  bool dirty = false;  ///< to be flushed

 private:
  enum class phase : std::uint8_t {
    idle,        ///< its name is being looked up
    connecting,  ///< the system is asked
    greeting,    ///< connected, and not yet agreed on how to go on
    calling,     ///< not yet welcomed
    open,
    closing,  ///< by this side: what was taken leaves, then the other's end is waited for
    over,
  };

  bool has_room_again() const noexcept;
  void connect_next();
  void finish_connecting();
  void begin_stream();
  void greet(transport_events& events);
  void move(std::int64_t now);
  bool receive(transport_events& events, unsigned& frames_left);
  bool deliver(transport_events& events, unsigned& frames_left);
  void hear(stream_word word, transport_events& events);
  void drain(std::span<std::byte> scratch);
  void end(connection_end why) noexcept;

  const connection_id id_;
  const surroundings& around_;
  asio::ip::tcp::socket socket_;
  std::unique_ptr<stream> stream_;  // over the socket, once that is connected
  phase at_;
  const bool accepted_;
  bool told_;  // the other side of the contract knows of it
  bool readable_ = false;
  bool writable_ = false;
  bool full_ = false;        // `send` has said so, and `writable` has not been told
  bool broken_ = false;      // nothing leaves any more
  bool shut_ = false;        // our end has been said
  bool other_shut_ = false;  // the other side's end has come
  std::optional<connection_end> end_;
  endpoints places_;
  outbox outbox_;
  frame_splitter splitter_;
  std::size_t read_bytes_;
  bool waiting_ = false;  // bytes wait to leave
  std::int64_t since_;    // when what is waited for began: the opening, or the last byte that left
};

}  // namespace rt::tcp
