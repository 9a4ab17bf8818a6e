#include "rpc/endpoint.hpp"

#include <algorithm>
#include <utility>

#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"
#include "rpc/talk.hpp"
#include "wire/frame_writer.hpp"

namespace rt::rpc {
inline namespace RT_LANE_VARIANT {

endpoint::endpoint(transport& over, environment& world, const self& me, endpoint_events& events,
                   const session_options& options)
    : transport_(over),
      world_(world),
      self_(me),
      events_(events),
      options_(options),
      lossy_(over.traits().lossy) {
  // Well before the other side takes silence for a lost connection, or is full.
  instant& lazily = options_.acknowledged_lazily_within;
  lazily = lossy_ ? options_.acknowledged_within : std::min(lazily, options_.silence_max / 5);
  std::size_t& much = options_.unacknowledged_bytes_max;
  much = std::min(much, options_.in_flight_bytes_max / 8);
}

endpoint::~endpoint() = default;

result<address> endpoint::listen(const address& at) {
  result<address> reached = transport_.listen(at);
  if (reached) self_.address = reached->text();
  return reached;
}

result<session_id> endpoint::open(const address& to, std::uint64_t incarnation, job_id job,
                                  sessions wanted) {
  const result<connection_id> connection = transport_.connect(to);
  if (!connection) return connection.error();
  const instant now = world_.now();
  auto made = std::make_unique<talk>(options_, session_id{++last_session_});
  talk& with = *made;
  with.ours = true;
  with.wire_number = world_.random() | 1;
  with.version = self_.versions.newest;
  with.other.incarnation = incarnation;
  with.other.job = job;
  with.other.address = to.text();
  with.other.only = wanted == sessions::one;
  with.connection = *connection;
  with.lost_at = now;
  with.connected_after = options_.reconnected_after;
  talks_.emplace(with.id.number, std::move(made));
  busy_.insert(with.id.number);
  ways_[*connection] = {.id = *connection, .session = with.id, .since = now};
  greeting_.insert(*connection);
  return with.id;
}

void endpoint::close(session_id session) {
  talk* const with = find(session);
  if (with == nullptr) return;
  if (has_way(*with)) {
    with->frames.close_frame();
    send_unsent(*with);
    wire::frame_writer last;
    static_cast<void>(last.add(0, wire::goodbye_notice{wire::goodbye_reason::leaving, {}}));
    static_cast<void>(
        transport_.send(with->connection, {.header = last.finish(header_for(*with))}));
  }
  end(session, session_end::asked, {});
}

bool endpoint::poll(unsigned frames_max) {
  const bool more = transport_.poll(*this, frames_max);
  const instant now = world_.now();
  see_to_connections(now);
  see_to_sessions(now);
  made_room_ = std::erase_if(found_full_, [this](std::uint64_t each) {
                 const talk* const with = find(session_id{each});
                 return with == nullptr || !with->frames.full();
               }) != 0;
  return more;
}

void endpoint::see_to_connections(instant now) {
  std::vector<connection_id> silent;
  for (const connection_id each : greeting_) {
    if (now < ways_.at(each).since + options_.greeted_within) continue;
    RT_PROBE("endpoint.greeting_timed_out");
    silent.push_back(each);
  }
  for (const std::uint64_t each : busy_) {
    const talk& with = *talks_.at(each);
    if (!has_way(with) || !with.frames.waits_for_other()) continue;
    if (now >= ways_.at(with.connection).heard_at + options_.silence_max) {
      RT_PROBE("endpoint.way_silent");
      silent.push_back(with.connection);
    } else if (RT_BUGGIFY("endpoint.way_given_up")) {
      silent.push_back(with.connection);
    }
  }
  for (const connection_id each : silent) let_go_of(each);
  if (now >= keep_alive_at_) keep_alive(now);
}

void endpoint::see_to_sessions(instant now) {
  std::vector<session_id> over;
  for (auto at = busy_.begin(); at != busy_.end();) {
    talk& with = *talks_.at(*at);
    if (rests(with)) {
      at = busy_.erase(at);
      continue;
    }
    ++at;
    if (with.other.only) in_flight_most_ = std::max(in_flight_most_, with.frames.in_flight());
    if (!with.connection) {
      if (now >= with.lost_at + options_.ended_after) over.push_back(with.id);
      else if (now >= with.connect_at) connect(with);
      continue;
    }
    if (!has_way(with)) {
      if (now >= with.lost_at + options_.ended_after) over.push_back(with.id);
      continue;
    }
    with.frames.close_frame();
    if (lossy_) with.frames.resend_if_due(now);
    send_unsent(with);
    if (now >= with.frames.acknowledge_at()) send_acknowledgement(with);
  }
  for (const session_id each : over) {
    const talk* const with = find(each);
    if (with == nullptr) continue;
    RT_PROBE("endpoint.session_lost");
    end(each, session_end::lost, "there was no way to " + with->other.address);
  }
}

instant endpoint::due() const noexcept {
  instant first = keep_alive_at_;
  for (const connection_id each : greeting_) {
    first = std::min(first, ways_.at(each).since + options_.greeted_within);
  }
  for (const std::uint64_t each : busy_) {
    const talk& with = *talks_.at(each);
    if (!has_way(with)) {
      first = std::min(
          {first, with.lost_at + options_.ended_after, with.connection ? never : with.connect_at});
      continue;
    }
    const way& on = ways_.at(with.connection);
    if (with.frames.waits_for_other()) {
      first = std::min(first, on.heard_at + options_.silence_max);
      if (lossy_) first = std::min(first, with.frames.resend_at());
    }
    // On a full one it leaves with what the transport tells first.
    if (!on.full && (!speaks_on_ || with.id == *speaks_on_))
      first = std::min(first, with.frames.acknowledge_at());
  }
  return first;
}

void endpoint::keep_alive(instant now) {
  keep_alive_at_ = never;
  for (const auto& [id, on] : ways_) {
    talk* const with = find(on.session);
    if (with == nullptr || !on.greeted || RT_SIMBUG("keep_alive.never")) continue;
    // The caller first: the other side cannot make another connection.
    const instant after = (with->ours ? 1 : 2) * options_.keep_alive_after;
    if (now >= on.heard_at + after && !with->frames.waits_for_other()) {
      RT_PROBE("endpoint.kept_alive");
      find_to_use(with->id)->frames.ask_for_sign();
    }
    const instant next = on.heard_at + after;
    keep_alive_at_ = std::min(keep_alive_at_, next > now ? next : now + after);
  }
}

wire::frame_header endpoint::header_for(const talk& with) const noexcept {
  return {.version = with.version,
          .cluster = self_.cluster,
          .sender = self_.incarnation,
          .receiver = with.other.incarnation,
          .job = with.other.job,
          .session = with.wire_number,
          .acknowledged = with.frames.received(),
          .term = self_.term};
}

endpoint::talk* endpoint::find(session_id session) const noexcept {
  const auto found = talks_.find(session.number);
  return found != talks_.end() ? found->second.get() : nullptr;
}

endpoint::talk* endpoint::find_to_use(session_id session) {
  talk* const with = find(session);
  if (with != nullptr) busy_.insert(session.number);
  return with;
}

/// It can be left alone until something is said on it, something comes, or its connection ends.
bool endpoint::rests(const talk& with) const noexcept {
  return has_way(with) && with.frames.rests();
}

bool endpoint::has_way(const talk& with) const noexcept {
  const auto found = ways_.find(with.connection);
  return found != ways_.end() && found->second.greeted;
}

void endpoint::connect(talk& with) {
  const result<address> to = address::parse(with.other.address);
  const result<connection_id> made =
      to ? transport_.connect(*to) : result<connection_id>(to.error());
  const instant now = world_.now();
  if (!made) {
    with.connect_at = now + options_.reconnected_after_max;
    return;
  }
  with.connection = *made;
  with.connect_at = never;
  ways_[*made] = {.id = *made, .session = with.id, .since = now};
  greeting_.insert(*made);
}

void endpoint::attach(way& to, talk& with) {
  to.greeted = true;
  greeting_.erase(to.id);
  busy_.insert(with.id.number);
  to.session = with.id;
  to.heard_at = world_.now();
  keep_alive_at_ = std::min(keep_alive_at_, to.heard_at + options_.keep_alive_after);
  with.heard_at = to.heard_at;
  with.connection = to.id;
  with.connect_at = never;
  with.connected_after = options_.reconnected_after;
}

void endpoint::let_go_of(connection_id connection) {
  if (!RT_SIMBUG("way.let_go_unclosed")) transport_.close(connection);
  closed(connection, connection_end::asked);
}

void endpoint::note_stranger(const std::string& why) {
  ++strangers_;
  const instant now = world_.now();
  if (strangers_logged_ != 0 && now < logged_at_ + options_.strangers_logged_every) return;
  world_.log("connections closed for what came on them: " +
             std::to_string(strangers_ - strangers_logged_) + "; the last: " + why);
  strangers_logged_ = strangers_;
  logged_at_ = now;
}

void endpoint::lose(talk& with) {
  const instant now = world_.now();
  // One that was never greeted leaves the session lost as long as it was.
  if (has_way(with)) with.lost_at = now;
  with.connection = {};
  busy_.insert(with.id.number);
  if (!with.ours) return;
  const instant by_chance = static_cast<instant>(
      world_.random() % static_cast<std::uint64_t>(with.connected_after / 2 + 1));
  with.connect_at = now + with.connected_after + by_chance;
  with.connected_after = std::min(with.connected_after * 2, options_.reconnected_after_max);
}

void endpoint::end(session_id session, session_end why, const std::string& text) {
  const auto found = talks_.find(session.number);
  if (found == talks_.end()) return;
  const std::unique_ptr<talk> ended = std::move(found->second);
  talks_.erase(found);
  busy_.erase(session.number);
  if (!ended->ours) by_peer_.erase({ended->other.incarnation, ended->wire_number});
  if (ended->connection) {
    const connection_id connection = ended->connection;
    ended->connection = {};
    let_go_of(connection);
  }
  const bool nothing_sent = why == session_end::refused || why == session_end::unfit;
  const outcome known = nothing_sent ? outcome::not_started : outcome::unknown;
  for (const auto& [number, handler] : ended->asked) {
    RT_PROBE("endpoint.request_told_lost");
    if (RT_SIMBUG("ended.tells_no_handler")) break;
    handler(error_info{.code = errc::connection,
                       .outcome = known,
                       .message = "the session with " + ended->other.address + " has ended" +
                                  (text.empty() ? "" : ": " + text)});
  }
  events_.ended(session, why, text);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::rpc
