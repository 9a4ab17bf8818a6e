#include "tcp/connection.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <algorithm>
#include <array>
#include <cerrno>

#include "net/place.hpp"
#include "tcp/plain_stream.hpp"
#include "tcp/tls_stream.hpp"

namespace rt::tcp {
namespace {

constexpr std::size_t read_bytes_first = 4 << 10;
constexpr std::size_t read_bytes_most = 256 << 10;
constexpr std::size_t elements_max = 64;  // given to the stream at once

void prepare(asio::ip::tcp::socket& socket, const options& limits) {
  std::error_code ignored;
  // A program that this process starts must not keep the connection open when this one has ended.
  ::fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC);
  socket.non_blocking(true, ignored);
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  // What is written and never acknowledged breaks the connection, also when nothing more is written.
  using user_timeout = asio::detail::socket_option::integer<IPPROTO_TCP, 18 /* TCP_USER_TIMEOUT */>;
  socket.set_option(user_timeout(static_cast<int>(limits.silence_ms_max)), ignored);
}

}  // namespace

connection::connection(connection_id own, asio::io_context& around, const surroundings& of,
                       std::int64_t now)
    : id_(own),
      around_(of),
      socket_(around),
      at_(phase::idle),
      accepted_(false),
      told_(true),
      splitter_(of.limits.frame_bytes_max),
      read_bytes_(read_bytes_first),
      since_(now) {}

connection::connection(connection_id own, asio::ip::tcp::socket taken, const surroundings& of,
                       std::int64_t now)
    : id_(own),
      around_(of),
      socket_(std::move(taken)),
      at_(phase::greeting),
      accepted_(true),
      told_(false),
      splitter_(of.limits.frame_bytes_max),
      read_bytes_(read_bytes_first),
      since_(now) {
  prepare(socket_, around_.limits);
  around_.watched.add(socket_.native_handle(), id_.number);
  begin_stream();
}

void connection::begin_stream() {
  writable_ = true;  // it is new
  if (around_.protection == nullptr) {
    stream_ = std::make_unique<plain_stream>(socket_);
  } else {
    stream_ = std::make_unique<tls_stream>(socket_, *around_.protection, !accepted_,
                                           around_.limits.unproved_bytes_max);
  }
}

void connection::refuse(asio::ip::tcp::socket taken) {
  outbox only;
  only.add_word(static_cast<std::uint32_t>(stream_word::refusal));
  outgoing_bytes word;
  only.next({&word, 1});
  std::error_code ignored;
  taken.non_blocking(true, ignored);
  taken.write_some(asio::buffer(word.data, word.size), ignored);
}

void connection::try_places(endpoints places) {
  if (at_ != phase::idle || end_) return;  // closed meanwhile
  places_ = std::move(places);
  connect_next();
}

void connection::connect_next() {
  while (!places_.empty()) {
    const asio::ip::tcp::endpoint to = places_.front();
    places_.erase(places_.begin());
    std::error_code failed;
    socket_.close(failed);
    socket_.open(to.protocol(), failed);
    if (failed) continue;
    prepare(socket_, around_.limits);
    readable_ = writable_ = false;
    at_ = phase::connecting;
    // Asio's own waits for the answer.
    if (::connect(socket_.native_handle(), to.data(), static_cast<socklen_t>(to.size())) == 0 ||
        errno == EINPROGRESS) {
      around_.watched.add(socket_.native_handle(), id_.number);
      return;
    }
  }
  end(connection_end::unreachable);
}

void connection::finish_connecting() {
  int failed = 0;
  socklen_t size = sizeof failed;
  ::getsockopt(socket_.native_handle(), SOL_SOCKET, SO_ERROR, &failed, &size);
  if (failed == 0) {
    at_ = phase::greeting;
    places_.clear();
    begin_stream();
  } else {
    connect_next();
  }
}

void connection::ready(bool readable, bool writable) noexcept {
  readable_ = readable_ || readable;
  writable_ = writable_ || writable;
}

send_status connection::send(const outgoing_frame& frame) {
  if (at_ != phase::open) return send_status::no_connection;
  if (frame.size() > around_.limits.frame_bytes_max) return send_status::too_large;
  if (full_) return send_status::full;
  if (outbox_.size() >= around_.limits.queue_bytes_max) {
    full_ = true;
    return send_status::full;
  }
  if (!broken_) outbox_.add(frame);
  return send_status::taken;
}

void connection::close() {
  switch (at_) {
    case phase::open:
      at_ = phase::closing;
      outbox_.add_word(static_cast<std::uint32_t>(stream_word::goodbye));
      break;
    case phase::closing:
    case phase::over: break;
    default: end(connection_end::asked);
  }
}

void connection::flush(std::int64_t now) {
  if (!stream_ || at_ == phase::greeting || end_) return;
  if (!waiting_) since_ = now;
  move(now);
  waiting_ = !outbox_.empty() || stream_->holds_back();
  if (at_ == phase::closing && !shut_ && !waiting_) {
    std::error_code ignored;
    socket_.shutdown(asio::socket_base::shutdown_send, ignored);
    shut_ = true;
    readable_ = true;
    since_ = now;
  }
}

void connection::move(std::int64_t now) {
  std::array<outgoing_bytes, elements_max> runs;
  while (writable_ && !broken_ && (!outbox_.empty() || stream_->holds_back())) {
    const std::size_t count = outbox_.next(runs);
    const io_result said = stream_->write({runs.data(), count});
    if (said.status == io_status::done) {
      outbox_.left(said.bytes);
      since_ = now;
    } else if (said.status == io_status::would_wait) {
      writable_ = false;
    } else {
      broken_ = true;
      readable_ = true;  // what it had sent before is still read
      outbox_.clear();
    }
  }
}

bool connection::has_room_again() const noexcept {
  return at_ == phase::open && full_ && !broken_ &&
         outbox_.size() <= around_.limits.queue_bytes_max / 2;
}

bool connection::owes() const noexcept {
  if (at_ == phase::over) return false;
  const bool to_read = readable_ && (broken_ || shut_);
  return end_ || has_room_again() || to_read;
}

bool connection::step(transport_events& events, unsigned& frames_left,
                      std::span<std::byte> scratch) {
  bool more = false;
  if (at_ == phase::connecting && writable_) finish_connecting();
  if (at_ == phase::greeting && !end_) greet(events);
  if (!end_ && (at_ == phase::open || at_ == phase::calling)) {
    more = receive(events, frames_left);
  }
  if (!end_ && has_room_again()) {
    full_ = false;
    events.writable(id_);
  }
  if (!end_ && at_ == phase::closing) drain(scratch);
  if (end_ && at_ != phase::over) {
    at_ = phase::over;
    stream_.reset();
    std::error_code ignored;
    socket_.close(ignored);
    outbox_.clear();
    if (told_) events.closed(id_, *end_);
    return false;
  }
  return more;
}

void connection::greet(transport_events& events) {
  const io_status said = stream_->greet();
  if (said == io_status::would_wait) return;
  if (said != io_status::done) {
    end(said == io_status::refused ? connection_end::refused : connection_end::unreachable);
    return;
  }
  readable_ = true;  // more may have come with it
  if (!accepted_) {
    at_ = phase::calling;
    return;
  }
  at_ = phase::open;
  told_ = true;
  outbox_.add_word(static_cast<std::uint32_t>(stream_word::welcome));
  std::error_code unknown;
  const asio::ip::tcp::endpoint from = socket_.remote_endpoint(unknown);
  events.accepted(id_, net::place{from.address().to_string(), from.port()}.to_address("tcp"));
}

bool connection::receive(transport_events& events, unsigned& frames_left) {
  for (;;) {
    if (deliver(events, frames_left)) return true;
    if (end_ || at_ == phase::closing || !readable_) return false;
    if (frames_left == 0) return true;
    const io_result said = stream_->read(splitter_.room(read_bytes_).first(read_bytes_));
    if (said.status == io_status::done) {
      splitter_.received(said.bytes);
      if (said.bytes == read_bytes_) read_bytes_ = std::min(2 * read_bytes_, read_bytes_most);
    } else if (said.status == io_status::would_wait) {
      readable_ = false;
      if (broken_) end(connection_end::lost);
    } else {
      end(at_ == phase::calling ? connection_end::unreachable : connection_end::lost);
    }
  }
}

bool connection::deliver(transport_events& events, unsigned& frames_left) {
  while (!end_ && at_ != phase::closing) {
    if (const auto word = splitter_.word()) {
      hear(static_cast<stream_word>(*word), events);
      continue;
    }
    if (at_ == phase::calling) {
      // Only a word may come first.
      if (splitter_.waiting() >= frame_splitter::length_bytes) end(connection_end::misused);
      return false;
    }
    if (frames_left == 0) return splitter_.waiting() >= frame_splitter::length_bytes;
    const auto frame = splitter_.next();
    if (!frame) {
      if (splitter_.failed()) end(connection_end::misused);
      return false;
    }
    --frames_left;
    events.received(id_, *frame);
  }
  return false;
}

void connection::hear(stream_word word, transport_events& events) {
  if (at_ == phase::calling && word == stream_word::welcome) {
    at_ = phase::open;
    events.opened(id_);
  } else if (at_ == phase::calling && word == stream_word::refusal) {
    end(connection_end::refused);
  } else if (at_ == phase::open && word == stream_word::goodbye) {
    end(connection_end::left);
  } else {
    end(connection_end::misused);
  }
}

void connection::drain(std::span<std::byte> scratch) {
  while (readable_ && !other_shut_) {
    const io_status said = stream_->read(scratch).status;
    if (said == io_status::would_wait) {
      readable_ = false;
    } else if (said != io_status::done) {
      other_shut_ = true;
    }
  }
  if (other_shut_ && (shut_ || broken_)) end(connection_end::asked);
}

bool connection::look_at_time(std::int64_t now) {
  const std::int64_t lasted = now - since_;
  switch (at_) {
    case phase::idle:
    case phase::connecting:
    case phase::greeting:
    case phase::calling:
      if (lasted >= around_.limits.opening_ms_max) end(connection_end::unreachable);
      return true;
    case phase::open:
      if (outbox_.empty()) return false;
      if (lasted >= around_.limits.silence_ms_max) end(connection_end::lost);
      return true;
    case phase::closing:
      if (lasted >= around_.limits.silence_ms_max) end(connection_end::asked);
      return true;
    default: return false;
  }
}

void connection::end(connection_end why) noexcept {
  if (!end_) end_ = why;
}

}  // namespace rt::tcp
