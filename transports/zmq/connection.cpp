#include "zmq/connection.hpp"

#include <utility>

namespace rt::zmq {

connection::connection(connection_id own, const options& limits, std::unique_ptr<call> asked,
                       std::int64_t now)
    : id_(own),
      limits_(limits),
      call_(std::move(asked)),
      window_(limits.window_bytes_max),
      heard_at_(now),
      since_(now) {}

connection::connection(connection_id own, const options& limits, listener& by, std::string name,
                       int descriptor, std::uint64_t window_there, std::int64_t now)
    : id_(own),
      limits_(limits),
      from_(&by),
      name_(std::move(name)),
      descriptor_(descriptor),
      window_(limits.window_bytes_max),
      heard_at_(now),
      since_(now) {
  window_.agree(window_there);
  from_->add(name_, id_, descriptor_, now);
}

connection::~connection() {
  if (from_ != nullptr) from_->remove(name_, descriptor_);
}

bool connection::say(::zmq::message_t message) {
  if (broken_) return false;
  broken_ = !(call_ ? call_->send(message) : from_->send(name_, message));
  return !broken_;
}

void connection::try_next(connection_end why) {
  if (end_ || at_ != phase::calling) return;
  if (!call_->next(greeting_message(word::hello, limits_.window_bytes_max))) end(why);
}

bool connection::welcome() {
  if (!say(greeting_message(word::welcome, limits_.window_bytes_max))) return false;
  at_ = phase::open;
  return true;
}

send_status connection::send(const outgoing_frame& frame, std::int64_t now) {
  if (at_ != phase::open || end_) return send_status::no_connection;
  const std::size_t size = frame.size();
  if (size > limits_.frame_bytes_max) return send_status::too_large;
  if (full_) return send_status::full;
  if (window_.is_full()) {
    full_ = true;
    since_ = now;
    return send_status::full;
  }
  window_.sent(size);
  say(message_of(frame));
  return send_status::taken;
}

void connection::close(std::int64_t now) {
  if (at_ == phase::calling) {
    end(connection_end::asked);
  } else if (at_ == phase::open) {
    at_ = phase::closing;
    since_ = now;
    say(message_of(word::goodbye));
  }
}

bool connection::hear(const ::zmq::message_t& message, transport_events& events, std::int64_t now) {
  if (end_ || at_ == phase::over) return false;
  heard_at_ = now;
  const auto said = view_of(message);
  if (!said) {
    end(connection_end::misused);
    return false;
  }
  switch (at_) {
    case phase::calling:
      if (const auto there = greeting_of(*said, word::welcome)) {
        window_.agree(*there);
        at_ = phase::open;
        events.opened(id_);
      } else {
        end(said->kind == word::refusal ? connection_end::refused : connection_end::misused);
      }
      break;
    case phase::open: hear_open(*said, events, now); return said->kind == word::frame;
    case phase::closing:
      if (said->kind == word::goodbye && from_ != nullptr) say(message_of(word::farewell));
      if (said->kind == word::goodbye || said->kind == word::farewell) end(connection_end::asked);
      break;
    default: break;
  }
  return false;
}

void connection::hear_open(const message_view& said, transport_events& events, std::int64_t now) {
  switch (said.kind) {
    case word::frame:
      if (said.body.size() > limits_.frame_bytes_max) {
        end(connection_end::misused);
      } else {
        give(said, events);
      }
      return;
    case word::credit: {
      const auto bytes = credit_of(said);
      if (!bytes || !window_.given_there(*bytes)) end(connection_end::misused);
      since_ = now;
      return;
    }
    case word::goodbye:
      if (from_ != nullptr) say(message_of(word::farewell));  // who called hangs up
      end(connection_end::left);
      return;
    case word::refusal: end(connection_end::lost); return;  // it has given this one up
    case word::nothing: return;
    default: end(connection_end::misused);
  }
}

void connection::give(const message_view& frame, transport_events& events) {
  events.received(id_, frame.body);
  const std::uint64_t told = window_.given_here(frame.body.size());
  if (told != 0 && at_ == phase::open) say(credit_message(told));
}

void connection::lose(call_fate how) {
  switch (at_) {
    case phase::calling: {
      const connection_end why = how == call_fate::refused   ? connection_end::refused
                                 : how == call_fate::misused ? connection_end::misused
                                                             : connection_end::unreachable;
      try_next(why);
      break;
    }
    case phase::open: end(connection_end::lost); break;
    case phase::closing: end(connection_end::asked); break;
    default: break;
  }
}

bool connection::has_room_again() const noexcept {
  return at_ == phase::open && full_ && !broken_ && window_.is_half_empty();
}

void connection::step(transport_events& events) {
  if (at_ == phase::over) return;
  if (!end_ && has_room_again()) {
    full_ = false;
    events.writable(id_);
  }
  if (!end_) return;
  const bool told = at_ != phase::calling || call_;
  const bool given_up = *end_ == connection_end::misused || *end_ == connection_end::lost;
  if (from_ != nullptr && given_up) say(message_of(word::refusal));  // ZeroMQ has no way to hang up
  at_ = phase::over;
  if (call_) call_->end(0);
  if (told) events.closed(id_, *end_);
}

bool connection::look_at_time(std::int64_t now) {
  const std::int64_t lasted = now - since_;
  switch (at_) {
    case phase::calling:
      if (lasted >= limits_.opening_ms_max) end(connection_end::unreachable);
      return true;
    case phase::open:
      if (!full_) return false;
      if (lasted >= limits_.silence_ms_max) end(connection_end::lost);
      return true;
    case phase::closing:
      if (lasted >= limits_.silence_ms_max) end(connection_end::asked);
      return true;
    default: return false;
  }
}

void connection::end(connection_end why) noexcept {
  if (!end_) end_ = why;
}

}  // namespace rt::zmq
