#include <algorithm>
#include <utility>
#include <variant>

#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"
#include "rpc/endpoint.hpp"
#include "rpc/talk.hpp"
#include "wire/frame_writer.hpp"

// What the transport tells, and the frames of the sessions in both directions.

namespace rt::rpc {
inline namespace RT_LANE_VARIANT {
namespace {

bool asks(const wire::message& held) {
  return std::visit(
      [](const auto& each) { return wire::is_request<std::remove_cvref_t<decltype(each)>>; }, held);
}

}  // namespace

void endpoint::accepted(connection_id connection, const address&) {
  if (ungreeted_ >= options_.ungreeted_max) {
    transport_.close(connection);
    return;
  }
  ++ungreeted_;
  ways_[connection] = {.id = connection, .session = {}, .since = world_.now()};
  greeting_.insert(connection);
}

void endpoint::opened(connection_id connection) {
  const auto on = ways_.find(connection);
  if (on == ways_.end()) return;
  if (talk* const with = find(on->second.session)) greet(on->second, *with);
}

void endpoint::writable(connection_id connection) {
  const auto on = ways_.find(connection);
  if (on == ways_.end()) return;
  on->second.full = false;
  talk* const with = find(on->second.session);
  if (with != nullptr && on->second.greeted) send_unsent(*with);
}

void endpoint::closed(connection_id connection, connection_end) {
  const auto on = ways_.find(connection);
  if (on == ways_.end()) return;
  if (!on->second.greeted && !on->second.session) --ungreeted_;
  talk* const with = find(on->second.session);
  if (with != nullptr && with->connection == connection) lose(*with);
  ways_.erase(connection);
  greeting_.erase(connection);
}

void endpoint::received(connection_id connection, std::span<const std::byte> bytes) {
  const auto on = ways_.find(connection);
  if (on == ways_.end()) return;
  on->second.heard_at = world_.now();
  if (on->second.greeted) {
    take_frame(connection, bytes);
    return;
  }
  const result<wire::frame> read = wire::read_frame(bytes, wire::session_stage::greeting);
  if (read) {
    take_greeting(connection, *read);
  } else if (!lossy_ || !wire::read_frame(bytes, wire::session_stage::open)) {
    // Over a lossy transport what was sent after the greeting may come before it; it is sent again.
    note_stranger(read.error().message);
    let_go_of(connection);
  } else {
    RT_PROBE("traffic.frame_before_greeting");
  }
}

void endpoint::take_frame(connection_id connection, std::span<const std::byte> bytes) {
  const way& on = ways_.at(connection);
  const session_id session = on.session;
  talk& with = *find_to_use(session);
  const result<wire::frame> read = wire::read_frame(bytes, wire::session_stage::open);
  if (!read) {
    if (lossy_) {
      if (const auto greeting = wire::read_frame(bytes, wire::session_stage::greeting)) {
        take_greeting(connection, *greeting);
        return;
      }
    }
    note_stranger(read.error().message);
    end(session, session_end::malformed, read.error().message);
    return;
  }
  const instant now = world_.now();
  if (!fits(with, read->header) || !with.frames.acknowledged(read->header.acknowledged, now)) {
    note_stranger("a frame is not of its session");
    end(session, session_end::malformed, "a frame is not of this session");
    return;
  }
  with.heard_at = now;
  if (read->header.number == 0) {
    for (const wire::envelope& each : read->messages) {
      if (find(session) == nullptr) return;
      deliver(session, *read, each);
    }
    return;
  }
  if (with.frames.look(read->header.number, bytes, now) != arrivals::turn::next) return;
  if (!act_upon(session, *read)) return;
  while (const auto early = find(session)->frames.take_early()) {
    // It was read before, when it came.
    if (!act_upon(session, *wire::read_frame(*early, wire::session_stage::open))) return;
  }
}

bool endpoint::fits(const talk& with, const wire::frame_header& header) const noexcept {
  return header.cluster == self_.cluster && header.sender == with.other.incarnation &&
         header.receiver == self_.incarnation && header.session == with.wire_number;
}

bool endpoint::act_upon(session_id session, const wire::frame& read) {
  for (const wire::envelope& each : read.messages) {
    deliver(session, read, each);
    if (find(session) == nullptr) return false;
  }
  find(session)->frames.acted(world_.now());
  return true;
}

void endpoint::deliver(session_id session, const wire::frame& read,
                       const wire::envelope& envelope) {
  const arrival came{envelope, read.header, read.tail};
  if (std::holds_alternative<wire::goodbye_notice>(envelope.message)) {
    end(session, session_end::left, std::get<wire::goodbye_notice>(envelope.message).text);
    return;
  }
  if (envelope.number == 0) {
    events_.told(session, came);
    return;
  }
  if (asks(envelope.message)) {
    events_.asked(session, came);
    return;
  }
  talk& with = *find(session);
  const auto waiting = with.asked.find(envelope.number);
  if (waiting == with.asked.end()) {
    end(session, session_end::malformed, "it answers what was not asked");
    return;
  }
  const reply_handler handler = std::move(waiting->second);
  with.asked.erase(waiting);
  handler(came);
}

void endpoint::send_unsent(talk& with) {
  if (!has_way(with) || (speaks_on_ && with.id != *speaks_on_)) return;
  way& on = ways_.at(with.connection);
  // They leave at a later poll then.
  if (on.full || RT_BUGGIFY("traffic.frames_wait")) return;
  const instant now = world_.now();
  while (const auto number = with.frames.unsent()) {
    kept_frame& kept = with.frames.frame(*number);
    wire::frame_header header = header_for(with);
    header.number = *number;
    // Anew each time: what it acknowledges changes.
    wire::write_header_over(kept.bytes, header, kept.tail.size());
    const gather_element tail{.data = kept.tail.data(), .size = kept.tail.size()};
    outgoing_frame leaving{.header = kept.bytes};
    if (!kept.tail.empty()) {
      leaving.payload = {&tail, 1};
      leaving.keeper = kept.keeper;
    }
    const send_status status = transport_.send(with.connection, leaving);
    if (status != send_status::taken) {
      on.full = status == send_status::full;
      if (on.full) RT_PROBE("traffic.way_full");
      if (!on.full || !RT_SIMBUG("back_pressure.ignored")) return;
    }
    if (with.frames.resend_at() == never) on.heard_at = now;
    with.frames.sent(*number, now);
  }
}

void endpoint::send_acknowledgement(talk& with) {
  if (!has_way(with) || (speaks_on_ && with.id != *speaks_on_)) return;
  way& on = ways_.at(with.connection);
  if (on.full) return;
  wire::frame_writer nothing;
  const send_status status =
      transport_.send(with.connection, {.header = nothing.finish(header_for(with))});
  if (status == send_status::full) on.full = true;
  if (status == send_status::taken) with.frames.acknowledgement_sent();
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::rpc
