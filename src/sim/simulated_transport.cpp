#include "sim/simulated_transport.hpp"

#include <utility>

#include "sim/network.hpp"

namespace rt::sim {
namespace {

error_info stopped_error() {
  return {.code = errc::config,
          .outcome = outcome::not_started,
          .message = "the transport has been stopped"};
}

}  // namespace

simulated_transport::simulated_transport(network& around, process_number process,
                                         std::function<void()> ready)
    : network_(around),
      process_(process),
      traffic_(around.traffic_for(process)),
      ready_(std::move(ready)) {}

simulated_transport::~simulated_transport() {
  die();
  network_.detach(*this);
}

transport_traits simulated_transport::traits() const noexcept {
  const network_ground& ground = network_.ground();
  return {.lossy = ground.lossy(), .frame_bytes_max = ground.options.frame_bytes_max};
}

result<address> simulated_transport::listen(const address& at) {
  if (stopped_) return stopped_error();
  return network_.listen(*this, at);
}

result<connection_id> simulated_transport::connect(const address& to) {
  if (stopped_) return stopped_error();
  auto made = network_.connect(*this, to);
  if (!made) return std::move(made).error();
  const std::shared_ptr<link> link = *std::move(made);
  connections_.emplace(link->id(0), connection{.link = link, .side = 0});
  link->open();
  return link->id(0);
}

send_status simulated_transport::send(connection_id to, const outgoing_frame& frame) {
  const auto found = connections_.find(to);
  if (found == connections_.end()) return send_status::no_connection;
  connection& on = found->second;
  if (on.at != phase::open) return send_status::no_connection;
  if (frame.size() > network_.ground().options.frame_bytes_max) return send_status::too_large;
  if (!on.full && on.link->held_bytes(on.side) >= network_.ground().options.queue_bytes_max) {
    on.full = true;
    on.link->want_room(on.side);
  }
  if (on.full) return send_status::full;
  ++traffic_.frames_taken;
  on.link->send(on.side, frame);
  return send_status::taken;
}

void simulated_transport::close(connection_id which) {
  const auto found = connections_.find(which);
  if (found == connections_.end() || found->second.at == phase::closing) return;
  found->second.at = phase::closing;
  const std::shared_ptr<link> link = found->second.link;
  link->close(found->second.side);
}

bool simulated_transport::poll(transport_events& events, unsigned frames_max) {
  if (paused_) return false;
  told_ready_ = false;
  std::exchange(spent_, {}).clear();
  unsigned frames = 0;
  while (!pending_.empty()) {
    if (pending_.front().what == pending_event::received && frames++ == frames_max) return true;
    pending_event next = std::move(pending_.front());
    pending_.pop_front();
    tell(std::move(next), events);
  }
  return false;
}

void simulated_transport::wake() noexcept { become_ready(); }

void simulated_transport::stop(unsigned linger_ms) {
  if (stopped_) return;
  const instant until = network_.ground().time.now() + static_cast<instant>(linger_ms) * 1'000'000;
  for (auto& [id, each] : connections_) each.link->linger(each.side, until);
  forget_everything();
}

void simulated_transport::post(pending_event what) {
  pending_.push_back(std::move(what));
  become_ready();
}

void simulated_transport::accept(std::shared_ptr<link> incoming, const network_place& from) {
  const connection_id id = incoming->id(1);
  connections_.emplace(id, connection{.link = std::move(incoming), .side = 1});
  post({.what = pending_event::accepted, .connection = id, .from = from.to_address()});
}

void simulated_transport::give_back(pipe::keepers freed) {
  for (auto& each : freed) spent_.push_back(std::move(each));
  become_ready();
}

void simulated_transport::resume() {
  paused_ = false;
  if (told_ready_ && ready_) ready_();
}

void simulated_transport::die() {
  if (stopped_) return;
  for (auto& [id, each] : connections_) each.link->die(each.side);
  forget_everything();
}

void simulated_transport::tell(pending_event what, transport_events& events) {
  const auto found = connections_.find(what.connection);
  connection& of = found->second;
  if (of.at == phase::closing && what.what != pending_event::closed) return discard(what, of);
  if (what.what == pending_event::writable && !of.full) return;  // asked for by who was here before
  network_ground& ground = network_.ground();
  ground.trace.add(static_cast<std::uint64_t>(ground.time.now()));
  ground.trace.add(process_);
  ground.trace.add(what.what);
  ground.trace.add(what.connection.number);
  switch (what.what) {
    case pending_event::accepted:
      of.at = phase::open;
      return events.accepted(what.connection, *what.from);
    case pending_event::opened: of.at = phase::open; return events.opened(what.connection);
    case pending_event::received: {
      // Its size alone: bytes may hold names, which differ by compiler.
      ground.trace.add(what.bytes.size());
      ++ground.counts.frames_received;
      ++traffic_.frames_received;
      const std::shared_ptr<link> link = of.link;
      link->release(1 - of.side, what.weight);
      return events.received(what.connection, what.bytes);
    }
    case pending_event::writable: of.full = false; return events.writable(what.connection);
    case pending_event::closed:
      ground.trace.add(static_cast<std::uint64_t>(what.why));
      connections_.erase(found);
      return events.closed(what.connection, what.why);
  }
}

void simulated_transport::discard(const pending_event& what, const connection& of) {
  if (what.what != pending_event::received) return;
  ++network_.ground().counts.frames_dropped;
  of.link->release(1 - of.side, what.weight);
}

/// No call and no event comes after this.
void simulated_transport::forget_everything() {
  stopped_ = true;
  for (const pending_event& each : pending_) discard(each, connections_.at(each.connection));
  pending_.clear();
  connections_.clear();
  spent_.clear();
  network_.stop_listening(*this);
}

void simulated_transport::become_ready() {
  if (std::exchange(told_ready_, true) || paused_ || !ready_) return;
  ready_();
}

}  // namespace rt::sim
