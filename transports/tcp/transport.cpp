#include "tcp/transport.hpp"

#include <fcntl.h>
#include <algorithm>
#include <ctime>
#include <optional>
#include <utility>

#include "net/host.hpp"
#include "net/place.hpp"
#include "tcp/tcp.hpp"

namespace rt::tcp {
namespace {

// Keys of what is watched: connections by their numbers, which begin above all others.
constexpr std::uint64_t tick_key = 1;
constexpr std::uint64_t listener_keys = 2;
constexpr std::uint64_t connection_keys = net::connection_table<connection>::first_number;

constexpr unsigned tick_ms = 500;
constexpr std::size_t scratch_bytes = 64 << 10;

/// Time for what takes seconds; exact to a few milliseconds, and cheap.
std::int64_t now_ms() noexcept {
  timespec now;
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return std::int64_t{now.tv_sec} * 1'000 + now.tv_nsec / 1'000'000;
}

error_info wrong(std::string message) {
  return {.code = errc::config, .outcome = outcome::not_started, .message = std::move(message)};
}

/// Returns the numbers of a host that is written as such; nothing for a name.
std::optional<asio::ip::address> numeric(const std::string& host) {
  std::error_code none;
  const asio::ip::address address = asio::ip::make_address(host, none);
  if (none) return std::nullopt;
  return address;
}

/// Hears nothing: after `stop` nothing is told.
class deaf final : public transport_events {
 public:
  void accepted(connection_id, const address&) override {}
  void opened(connection_id) override {}
  void received(connection_id, std::span<const std::byte>) override {}
  void writable(connection_id) override {}
  void closed(connection_id, connection_end) override {}
};

}  // namespace

std::unique_ptr<rt::transport> make_transport(const options& limits) {
  return std::make_unique<transport>(limits);
}

transport::transport(const options& limits)
    : limits_(limits),
      protection_(limits.secrets.empty() ? nullptr : std::make_unique<tls_context>(limits.secrets)),
      shared_{limits_, poller_, protection_.get()},
      names_(poller_) {
  scratch_.resize(scratch_bytes);
  poller_.add(tick_.descriptor(), tick_key);
}

transport::~transport() = default;

transport_traits transport::traits() const noexcept {
  return {.lossy = false, .frame_bytes_max = limits_.frame_bytes_max};
}

result<address> transport::listen(const address& at) {
  if (stopped_) return wrong(at.text() + ": this transport has stopped");
  auto where = net::place::parse(at, "tcp", "TCP");
  if (!where) return where.error();
  const auto host = numeric(where->host == "localhost" ? "127.0.0.1" : where->host);
  if (!host) return wrong(at.text() + ": to listen, the host has to be written in numbers");
  std::error_code failed;
  const asio::ip::tcp::endpoint wanted(*host, where->port);
  auto fresh = std::make_unique<listener>(listener{asio::ip::tcp::acceptor(around_)});
  asio::ip::tcp::acceptor& acceptor = fresh->acceptor;
  acceptor.open(wanted.protocol(), failed);
  if (!failed) acceptor.set_option(asio::socket_base::reuse_address(true), failed);
  if (!failed) ::fcntl(acceptor.native_handle(), F_SETFD, FD_CLOEXEC);
  if (!failed) acceptor.bind(wanted, failed);
  if (!failed) acceptor.listen(asio::socket_base::max_listen_connections, failed);
  if (!failed) acceptor.non_blocking(true, failed);
  if (failed) return wrong(at.text() + ": " + failed.message());
  where->port = acceptor.local_endpoint(failed).port();
  if (host->is_unspecified()) where->host = net::reachable_host();
  poller_.add(acceptor.native_handle(), listener_keys + listeners_.size());
  listeners_.push_back(std::move(fresh));
  return where->to_address("tcp");
}

result<connection_id> transport::connect(const address& to) {
  if (stopped_) return wrong(to.text() + ": this transport has stopped");
  auto where = net::place::parse(to, "tcp", "TCP");
  if (!where) return where.error();
  if (where->port == 0) return wrong(to.text() + ": nobody can be called at port 0");
  auto fresh = std::make_unique<connection>(connections_.next_number(), around_, shared_, now_ms());
  const connection_id id = fresh->id();
  if (const auto host = numeric(where->host)) {
    fresh->try_places({asio::ip::tcp::endpoint(*host, where->port)});
    if (fresh->owes()) note_due(*fresh);
  } else {
    names_.ask(id.number, *where);
  }
  connections_.keep(std::move(fresh));
  need_tick();
  return id;
}

send_status transport::send(connection_id to, const outgoing_frame& frame) {
  connection* const found = connections_.find(to);
  if (found == nullptr) return send_status::no_connection;
  const send_status said = found->send(frame);
  if (said != send_status::taken) return said;
  if (polling_) {
    note_dirty(*found);  // leaves with what else this poll says
  } else {
    flush(*found);
  }
  return said;
}

void transport::close(connection_id of) {
  connection* const found = connections_.find(of);
  if (found == nullptr) return;
  found->close();
  need_tick();
  note_dirty(*found);
  if (!polling_) flush_dirty();
}

bool transport::poll(transport_events& events, unsigned frames_max) {
  if (stopped_) return false;
  polling_ = true;
  look(0);
  step_due(events, frames_max);
  flush_dirty();
  polling_ = false;
  return !due_.empty();
}

void transport::stop(unsigned linger_ms) {
  if (stopped_) return;
  stopped_ = true;
  listeners_.clear();
  for (const auto& each : connections_.slots()) {
    if (!each) continue;
    each->close();
    note_dirty(*each);
  }
  flush_dirty();
  deaf nobody;
  const std::int64_t until = now_ms() + linger_ms;
  for (;;) {
    step_due(nobody, 0);
    const std::int64_t left = until - now_ms();
    if (left <= 0 || connections_.empty()) break;
    look(static_cast<int>(std::min<std::int64_t>(left, tick_ms)));
  }
  connections_.clear();
}

void transport::look(int wait_ms) {
  for (const net::readiness& each : poller_.look(wait_ms)) {
    if (each.key >= connection_keys) {
      connection* const found = connections_.find({each.key});
      if (found == nullptr) continue;
      found->ready(each.readable, each.writable);
      note_due(*found);
      if (each.writable) note_dirty(*found);
    } else if (each.key == tick_key) {
      ticking_ = false;
      look_at_times();
    } else if (each.key - listener_keys < listeners_.size()) {
      accept_waiting(*listeners_[each.key - listener_keys]);
    }
  }
  hear_names();
  flush_dirty();
}

void transport::accept_waiting(listener& from) {
  for (;;) {
    from.waiting = unproved_ >= limits_.unproved_max;
    if (from.waiting) return;  // until one of them has proved itself
    std::error_code failed;
    asio::ip::tcp::socket taken = from.acceptor.accept(failed);
    if (failed == asio::error::connection_aborted || failed == asio::error::interrupted) continue;
    from.waiting = failed && failed != asio::error::would_block && failed != asio::error::try_again;
    if (from.waiting) need_tick();  // out of descriptors, say
    if (failed) return;
    if (connections_.accepted() >= limits_.accepted_max) {
      connection::refuse(std::move(taken));
      continue;
    }
    auto fresh = std::make_unique<connection>(connections_.next_number(), std::move(taken), shared_,
                                              now_ms());
    ++unproved_;
    note_due(*fresh);
    connections_.keep(std::move(fresh));
    need_tick();
  }
}

void transport::hear_names() {
  for (net::name_lookup::answer& each : names_.take()) {
    connection* const found = connections_.find({each.asker});
    if (found == nullptr) continue;
    connection::endpoints places;
    for (const net::place& at : each.places) {
      if (const auto host = numeric(at.host)) places.emplace_back(*host, at.port);
    }
    found->try_places(std::move(places));
    if (found->owes()) note_due(*found);
  }
}

void transport::look_at_times() {
  const std::int64_t now = now_ms();
  bool again = false;
  for (const auto& each : connections_.slots()) {
    if (!each || !each->look_at_time(now)) continue;
    again = true;
    if (each->owes()) note_due(*each);
  }
  if (again) need_tick();
  accept_waiting();
}

void transport::accept_waiting() {
  for (const auto& each : listeners_) {
    if (each->waiting) accept_waiting(*each);
  }
}

void transport::need_tick() {
  if (ticking_) return;
  ticking_ = true;
  tick_.set(tick_ms);
}

void transport::note_due(connection& which) {
  if (std::exchange(which.due, true)) return;
  due_.push_back(which.id());
  if (!polling_) poller_.wake();
}

void transport::note_dirty(connection& which) {
  if (!std::exchange(which.dirty, true)) dirty_.push_back(which.id());
}

void transport::flush(connection& which) {
  which.flush(now_ms());
  if (which.waits()) need_tick();
  if (which.owes()) note_due(which);
}

void transport::flush_dirty() {
  for (const connection_id each : dirty_) {
    connection* const found = connections_.find(each);
    if (found == nullptr) continue;
    found->dirty = false;
    flush(*found);
  }
  dirty_.clear();
}

void transport::step_due(transport_events& events, unsigned frames_max) {
  const std::size_t unproved_before = unproved_;
  stepped_.swap(due_);
  for (const connection_id each : stepped_) {
    connection* const found = connections_.find(each);
    if (found == nullptr) continue;
    found->due = false;
    const bool unproved = found->accepted() && found->unproved();
    if (found->step(events, frames_max, scratch_)) note_due(*found);
    if (unproved && !found->unproved()) {
      --unproved_;
      note_dirty(*found);  // a welcome
    }
    if (found->over()) connections_.forget(each);
  }
  stepped_.clear();
  if (unproved_ < unproved_before) accept_waiting();
}

}  // namespace rt::tcp
