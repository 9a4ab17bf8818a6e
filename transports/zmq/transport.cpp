#include "zmq/transport.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <limits>
#include <string>
#include <utility>

#include "net/host.hpp"
#include "net/place.hpp"
#include "zmq/message.hpp"

namespace rt::zmq {
namespace {

// Keys of what is watched: connections by their numbers, which begin above all others.
constexpr std::uint64_t tick_key = 1;
constexpr std::uint64_t doorkeeper_key = 2;
constexpr std::uint64_t listener_keys = 3;
constexpr std::uint64_t connection_keys = net::connection_table<connection>::first_number;

constexpr unsigned tick_ms = 500;
constexpr int sockets_max = 50'000;     // three for each call
constexpr std::int64_t quiet_ms = 200;  // of who says nothing for so long nothing is on its way
constexpr int stop_look_ms = 20;
constexpr unsigned messages_max = 4'096;  // of one socket at once, whatever they are
constexpr std::int64_t last_words_ms = 1'000;

/// Time for what takes seconds; exact to a few milliseconds, and cheap.
std::int64_t now_ms() noexcept {
  timespec now;
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return std::int64_t{now.tv_sec} * 1'000 + now.tv_nsec / 1'000'000;
}

error_info wrong(std::string message) {
  return {.code = errc::config, .outcome = outcome::not_started, .message = std::move(message)};
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

std::vector<cluster_keys> keys_of(const std::vector<secret>& secrets) {
  std::vector<cluster_keys> keys;
  for (const secret& each : secrets) keys.emplace_back(each);
  return keys;
}

/// Returns the descriptor on which a message came; -1 if that is not known.
int descriptor_of(const ::zmq::message_t& message) {
  return ::zmq_msg_get(message.handle(), ZMQ_SRCFD);
}

/// Returns who sent a message, for people to read: ZeroMQ tells no port.
address sender_of(const ::zmq::message_t& message) {
  const char* const host = ::zmq_msg_gets(message.handle(), "Peer-Address");
  return net::place{host != nullptr ? host : "unknown", 0}.to_address("zmq");
}

}  // namespace

std::unique_ptr<rt::transport> make_transport(const options& limits) {
  return std::make_unique<transport>(limits);
}

transport::transport(const options& limits)
    : limits_(limits),
      keys_(keys_of(limits.secrets)),
      context_(1, sockets_max),
      shared_{limits_, context_, poller_, keys_},
      names_(poller_) {
  poller_.add_readable(tick_.descriptor(), tick_key);
}

transport::~transport() { end_sockets(0); }

transport_traits transport::traits() const noexcept {
  return {.lossy = false, .frame_bytes_max = limits_.frame_bytes_max};
}

result<address> transport::listen(const address& at) {
  if (stopped_) return wrong(at.text() + ": this transport has stopped");
  auto where = net::place::parse(at, "zmq", "ZeroMQ");
  if (!where) return where.error();
  net::place real = *where;
  if (real.host == "localhost") real.host = "127.0.0.1";
  if (!net::is_numeric(real.host)) {
    return wrong(at.text() + ": to listen, the host has to be written in numbers");
  }
  try {
    if (!doorkeeper_) {
      doorkeeper_.emplace(context_, keys_);
      poller_.add_readable(doorkeeper_->descriptor(), doorkeeper_key);
    }
    auto fresh = std::make_unique<listening>();
    fresh->own = std::make_unique<listener>(shared_, real, listener_keys + listeners_.size());
    where->port = fresh->own->port();
    listeners_.push_back(std::move(fresh));
  } catch (const ::zmq::error_t& failed) {
    return wrong(at.text() + ": " + failed.what());
  }
  if (net::is_unspecified(real.host)) where->host = net::reachable_host();
  return where->to_address("zmq");
}

result<connection_id> transport::connect(const address& to) {
  if (stopped_) return wrong(to.text() + ": this transport has stopped");
  const auto where = net::place::parse(to, "zmq", "ZeroMQ");
  if (!where) return where.error();
  if (where->port == 0) return wrong(to.text() + ": nobody can be called at port 0");
  const connection_id id = connections_.next_number();
  auto fresh = std::make_unique<connection>(id, limits_, std::make_unique<call>(shared_, id.number),
                                            now_ms());
  if (net::is_numeric(where->host)) {
    fresh->asked()->set_places({*where});
    fresh->try_next(connection_end::unreachable);
    note_due(*fresh);
  } else {
    // ZeroMQ would look it up itself, and nothing would move meanwhile.
    names_.ask(id.number, *where);
  }
  connections_.keep(std::move(fresh));
  need_tick();
  return id;
}

send_status transport::send(connection_id to, const outgoing_frame& frame) {
  connection* const found = connections_.find(to);
  if (found == nullptr) return send_status::no_connection;
  const send_status said = found->send(frame, now_ms());
  if (said == send_status::full) need_tick();
  if (said == send_status::taken) note_touched(*found);
  return said;
}

void transport::close(connection_id of) {
  connection* const found = connections_.find(of);
  if (found == nullptr) return;
  found->close(now_ms());
  need_tick();
  note_due(*found);
  note_touched(*found);
}

bool transport::poll(transport_events& events, unsigned frames_max) {
  if (stopped_) return false;
  polling_ = true;
  look(0);
  serve_due(events, frames_max);
  see_touched();
  polling_ = false;
  if (!due_.empty()) return true;
  return std::any_of(listeners_.begin(), listeners_.end(),
                     [](const auto& each) { return each->due; });
}

void transport::stop(unsigned linger_ms) {
  if (stopped_) return;
  stopped_ = true;
  polling_ = true;
  const std::int64_t until = now_ms() + linger_ms;
  for (const auto& each : connections_.slots()) {
    if (!each) continue;
    each->close(now_ms());
    note_due(*each);
  }
  deaf nobody;
  unsigned no_limit = std::numeric_limits<unsigned>::max();
  heard_at_ = now_ms();
  // Who closes waits for the answer: what comes unread would have the system reset the connection, and what is
  // still on its way there would be lost. Of who is silent nothing comes.
  for (;;) {
    serve_due(nobody, no_limit);
    const std::int64_t now = now_ms();
    if (now >= until || connections_.empty() || now >= heard_at_ + quiet_ms) break;
    look(stop_look_ms);
  }
  end_sockets(static_cast<int>(
      std::clamp<std::int64_t>(until - now_ms(), 0, std::numeric_limits<int>::max())));
}

void transport::end_sockets(int linger_ms) {
  for (const auto& each : connections_.slots()) {
    if (each && each->asked() != nullptr) each->asked()->end(linger_ms);
  }
  connections_.clear();
  for (const auto& each : listeners_) each->own->end(linger_ms);
  listeners_.clear();
  doorkeeper_.reset();
  context_.close();
}

void transport::look(int wait_ms) {
  for (const net::readiness& each : poller_.look(wait_ms)) {
    if (each.key >= connection_keys) {
      if (connection* const found = connections_.find({each.key})) note_due(*found);
    } else if (each.key == tick_key) {
      ticking_ = false;
      look_at_times();
    } else if (each.key == doorkeeper_key) {
      doorkeeper_->answer();
    } else if (each.key - listener_keys < listeners_.size()) {
      note_due(*listeners_[each.key - listener_keys]);
    }
  }
  for (net::name_lookup::answer& each : names_.take()) {
    connection* const found = connections_.find({each.asker});
    if (found == nullptr || found->ended()) continue;
    found->asked()->set_places(each.places);
    found->try_next(connection_end::unreachable);
    note_due(*found);
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
  for (const auto& each : listeners_) {
    if (each->own->suspects_some()) note_due(*each);
  }
  if (again) need_tick();
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

void transport::note_due(listening& which) {
  if (std::exchange(which.due, true)) return;
  if (!polling_) poller_.wake();
}

void transport::note_touched(connection& which) {
  touched_.push_back(which.id());
  if (!polling_) see_touched();
}

void transport::see_touched() {
  for (const connection_id each : touched_) {
    connection* const found = connections_.find(each);
    if (found == nullptr) continue;
    if (found->accepted()) {
      const auto at = std::find_if(listeners_.begin(), listeners_.end(), [&](const auto& one) {
        return one->own.get() == found->from();
      });
      if (!(*at)->due && (*at)->own->has_more()) note_due(**at);
    } else if (!found->due && found->asked()->has_more()) {
      note_due(*found);
    }
  }
  touched_.clear();
}

void transport::serve_due(transport_events& events, unsigned& frames_left) {
  // By turns, so that neither those who call nor those who are called have all frames that may be given.
  callers_first_ = !callers_first_;
  if (callers_first_) serve_callers(events, frames_left);
  for (std::size_t i = 0; i < listeners_.size(); ++i) {  // one may be added meanwhile
    if (std::exchange(listeners_[i]->due, false)) serve(*listeners_[i], events, frames_left);
  }
  if (!callers_first_) serve_callers(events, frames_left);
}

void transport::serve_callers(transport_events& events, unsigned& frames_left) {
  served_.swap(due_);
  for (const connection_id each : served_) {
    connection* const found = connections_.find(each);
    if (found == nullptr) continue;
    found->due = false;
    if (found->accepted()) {
      settle(*found, events);
    } else {
      serve(*found, events, frames_left);
    }
  }
  served_.clear();
}

void transport::serve(connection& which, transport_events& events, unsigned& frames_left) {
  call& own = *which.asked();
  const call_fate fate = own.look();
  bool all_heard = false;
  for (unsigned messages = 0; !which.ended(); ++messages) {
    if (messages == messages_max || (frames_left == 0 && !which.closing())) {
      if (own.has_more()) note_due(which);
      break;
    }
    const auto message = own.receive();
    if (!message) {
      all_heard = true;
      break;
    }
    heard_at_ = now_ms();
    if (which.hear(*message, events, heard_at_)) --frames_left;
  }
  if (all_heard && fate != call_fate::going_on) {
    which.lose(fate);
    if (!which.ended()) note_due(which);  // it calls the next
  }
  settle(which, events);
}

void transport::settle(connection& which, transport_events& events) {
  if (which.owes()) which.step(events);
  if (which.over()) connections_.forget(which.id());
}

void transport::serve(listening& which, transport_events& events, unsigned& frames_left) {
  which.own->look(now_ms());
  const std::vector<lost_one> lost = std::exchange(which.lost, {});
  bool all_heard = false;
  for (unsigned messages = 0; frames_left != 0 && messages != messages_max; ++messages) {
    auto come = which.own->receive();
    if (!come) {
      all_heard = true;
      break;
    }
    heard_at_ = now_ms();
    if (hear(which, *come, events)) --frames_left;
  }
  if (!all_heard && which.own->has_more()) note_due(which);
  const std::int64_t now = now_ms();
  for (const lost_one& each : lost) {
    connection* const found = connections_.find(each.own);
    if (found == nullptr) continue;
    // Others may always have something; it has its turn between them, so that what it had said has come by then.
    if (!all_heard && now < std::max(each.since, found->heard_at()) + last_words_ms) {
      which.lost.push_back(each);
      continue;
    }
    found->lose();
    settle(*found, events);
  }
  for (const connection_id each : which.own->find_lost(now)) which.lost.push_back({each, now});
  if (!which.lost.empty()) note_due(which);
  if (which.own->suspects_some()) need_tick();
}

bool transport::hear(listening& on, letter& come, transport_events& events) {
  if (!doorkeeper_->let_in(come.message)) return false;
  const connection_id known = on.own->find(come.from);
  if (known) {
    connection& own = *connections_.find(known);
    const bool gave = own.hear(come.message, events, heard_at_);
    settle(own, events);
    return gave;
  }
  const auto said = view_of(come.message);
  const auto window = said ? greeting_of(*said, word::hello) : std::nullopt;
  if (window && !stopped_ && connections_.accepted() < limits_.accepted_max) {
    accept(*on.own, come, *window, events);
  } else if (!said || said->kind != word::nothing) {
    ::zmq::message_t refusal = message_of(word::refusal);
    on.own->send(come.from, refusal);
  }
  return false;
}

void transport::accept(listener& on, letter& come, std::uint64_t window, transport_events& events) {
  auto fresh = std::make_unique<connection>(connections_.next_number(), limits_, on, come.from,
                                            descriptor_of(come.message), window, now_ms());
  connection& own = *fresh;
  if (!own.welcome()) return;  // gone already
  connections_.keep(std::move(fresh));
  events.accepted(own.id(), sender_of(come.message));
  settle(own, events);
}

}  // namespace rt::zmq
