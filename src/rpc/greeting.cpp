#include <string>
#include <variant>

#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"
#include "rpc/endpoint.hpp"
#include "rpc/talk.hpp"
#include "wire/frame_writer.hpp"

// The conversation of `wire/messages/handshake.hpp`, on both sides.

namespace rt::rpc {
inline namespace RT_LANE_VARIANT {

void endpoint::send_greeting(connection_id connection, const wire::frame_header& header,
                             const wire::message& greeting) {
  wire::frame_writer writer;
  // Its texts are cut to their limits where they are made, so it can be written.
  static_cast<void>(writer.add(1, greeting));
  // One that is not taken is as one that was lost: the greeting's time runs out.
  static_cast<void>(transport_.send(connection, {.header = writer.finish(header)}));
}

void endpoint::greet(way& on, talk& with) {
  send_greeting(on.id, header_for(with),
                wire::hello_request{.versions = self_.versions,
                                    .role = self_.role,
                                    .resumes = with.open,
                                    .received = with.frames.received(),
                                    .address = self_.address,
                                    .build = self_.build,
                                    .only = with.other.only});
}

void endpoint::take_greeting(connection_id connection, const wire::frame& read) {
  if (read.messages.empty()) return;
  const wire::message& said = read.messages.front().message;
  if (const auto* hello = std::get_if<wire::hello_request>(&said)) {
    take_hello(connection, read, *hello);
  } else if (const auto* reply = std::get_if<wire::hello_reply>(&said)) {
    take_hello_reply(connection, read, *reply);
  } else {
    let_go_of(connection);
  }
}

void endpoint::take_hello(connection_id connection, const wire::frame& read,
                          const wire::hello_request& hello) {
  way& on = ways_.at(connection);
  const wire::frame_header& header = read.header;
  if (talk* const greeted = find(on.session); greeted != nullptr) {
    // It came twice, or its answer was lost. One that asks where it was asked itself is no peer of ours.
    if (greeted->ours || greeted->wire_number != header.session) return;
    RT_PROBE("greeting.came_twice");
    return send_greeting(connection, header_for(*greeted), accepted_reply(*greeted));
  }
  const peer other{.incarnation = header.sender,
                   .role = hello.role,
                   .build = hello.build,
                   .address = hello.address,
                   .job = header.job,
                   .only = hello.only};
  const auto known = by_peer_.find({header.sender, header.session});
  wire::hello_answer answer = judge(read, hello, other);
  if (answer == wire::hello_answer::accepted && known == by_peer_.end() && hello.resumes &&
      !RT_SIMBUG("session.forgotten_taken_for_new")) {
    answer = wire::hello_answer::unknown_session;
  }
  if (answer == wire::hello_answer::accepted && known == by_peer_.end() &&
      (talks_.size() >= options_.sessions_max || RT_BUGGIFY("greeting.no_room"))) {
    answer = wire::hello_answer::full;
  }
  talk* const mine = known == by_peer_.end() && hello.only ? find_only(other.incarnation) : nullptr;
  if (answer == wire::hello_answer::accepted && mine != nullptr &&
      (mine->open || self_.incarnation < other.incarnation)) {
    RT_PROBE("greeting.crossed");
    answer = wire::hello_answer::crossed;
  }
  if (answer != wire::hello_answer::accepted) return refuse(connection, read, answer);

  const session_id session = known != by_peer_.end() ? session_id{known->second}
                             : mine != nullptr       ? adopt(*mine, other, header.session)
                                                     : begin(other, header.session);
  talk& with = *find(session);
  with.version = *self_.versions.common_with(hello.versions);
  if (with.connection) {
    // The other side has given it up already.
    RT_PROBE("greeting.raced");
    const connection_id old = with.connection;
    with.connection = {};
    let_go_of(old);
  }
  if (!with.frames.connected(hello.received, world_.now())) {
    refuse(connection, read, wire::hello_answer::unknown_session);
    return end(session, session_end::malformed, "it has forgotten what it acknowledged");
  }
  --ungreeted_;
  attach(on, with);
  if (!RT_BUGGIFY("greeting.answer_lost")) {
    send_greeting(connection, header_for(with), accepted_reply(with));
  }
  if (!with.open) {
    with.open = true;
    events_.opened(session, with.other);
  }
}

endpoint::talk* endpoint::find_only(std::uint64_t incarnation) const noexcept {
  for (const auto& [number, each] : talks_) {
    if (each->ours && each->other.only && each->other.incarnation == incarnation) return each.get();
  }
  return nullptr;
}

session_id endpoint::adopt(talk& ours, const peer& other, std::uint64_t wire_number) {
  RT_PROBE("greeting.adopted");
  ours.ours = false;
  ours.other = other;
  ours.wire_number = wire_number;
  by_peer_[{other.incarnation, wire_number}] = ours.id.number;
  return ours.id;
}

session_id endpoint::begin(const peer& other, std::uint64_t wire_number) {
  auto made = std::make_unique<talk>(options_, session_id{++last_session_});
  const session_id session = made->id;
  made->other = other;
  made->wire_number = wire_number;
  by_peer_[{other.incarnation, wire_number}] = session.number;
  talks_.emplace(session.number, std::move(made));
  busy_.insert(session.number);
  return session;
}

wire::hello_reply endpoint::accepted_reply(const talk& with) const {
  return {.answer = wire::hello_answer::accepted,
          .version = with.version,
          .versions = self_.versions,
          .role = self_.role,
          .received = with.frames.received(),
          .build = self_.build,
          .text = {}};
}

wire::hello_answer endpoint::judge(const wire::frame& read, const wire::hello_request& hello,
                                   const peer& other) {
  const wire::frame_header& header = read.header;
  if (!self_.versions.common_with(hello.versions)) {
    return wire::hello_answer::no_common_version;
  }
  if (header.cluster != 0 && header.cluster != self_.cluster) {
    return wire::hello_answer::another_cluster;
  }
  if (header.receiver != 0 && header.receiver != self_.incarnation &&
      !RT_SIMBUG("incarnation.not_checked")) {
    return wire::hello_answer::another_incarnation;
  }
  return events_.admits(other);
}

void endpoint::refuse(connection_id connection, const wire::frame& read, wire::hello_answer why) {
  if (why == wire::hello_answer::unknown_session) RT_PROBE("greeting.session_forgotten");
  if (why == wire::hello_answer::stale_incarnation) RT_PROBE("greeting.refused_as_stale");
  if (why == wire::hello_answer::another_incarnation) RT_PROBE("greeting.for_another_incarnation");
  wire::frame_header header{.version = self_.versions.oldest,
                            .cluster = self_.cluster,
                            .sender = self_.incarnation,
                            .receiver = read.header.sender,
                            .job = read.header.job,
                            .session = read.header.session,
                            .term = self_.term};
  send_greeting(connection, header,
                wire::hello_reply{.answer = why,
                                  .version = 0,
                                  .versions = self_.versions,
                                  .role = self_.role,
                                  .received = 0,
                                  .build = self_.build,
                                  .text = {}});
  let_go_of(connection);
}

namespace {

std::string text_of(const wire::version_range& versions) {
  return std::to_string(versions.oldest) + " to " + std::to_string(versions.newest);
}

}  // namespace

std::string endpoint::told(const talk& with, const wire::frame& read,
                           const wire::hello_reply& reply) const {
  const std::string me = self_.address.empty() ? "this process" : "this process, " + self_.address;
  switch (reply.answer) {
    case wire::hello_answer::no_common_version:
      return "the process at " + with.other.address + " speaks the versions " +
             text_of(reply.versions) + " of the protocol; " + me + ", speaks " +
             text_of(self_.versions);
    case wire::hello_answer::another_cluster:
      return "the process at " + with.other.address + " belongs to the cluster " +
             std::to_string(read.header.cluster) + "; " + me + ", to " +
             std::to_string(self_.cluster);
    case wire::hello_answer::stale_incarnation:
      return "it has declared this process dead, which has to come back as a new one";
    case wire::hello_answer::another_incarnation: return "another process has its address now";
    case wire::hello_answer::unknown_session: return "it does not know the session any more";
    case wire::hello_answer::accepted:
    case wire::hello_answer::full:
    case wire::hello_answer::crossed: break;
  }
  return "it has no room for another session";
}

namespace {

rpc::session_end end_by(wire::hello_answer answer) noexcept {
  switch (answer) {
    case wire::hello_answer::no_common_version:
    case wire::hello_answer::another_cluster: return session_end::unfit;
    case wire::hello_answer::unknown_session:
    case wire::hello_answer::another_incarnation: return session_end::forgotten;
    case wire::hello_answer::accepted:
    case wire::hello_answer::stale_incarnation:
    case wire::hello_answer::full:
    case wire::hello_answer::crossed: break;
  }
  return session_end::refused;
}

}  // namespace

void endpoint::take_hello_reply(connection_id connection, const wire::frame& read,
                                const wire::hello_reply& reply) {
  way& on = ways_.at(connection);
  talk* const with = find(on.session);
  // An answer that nobody waits for has come twice.
  if (with == nullptr || on.greeted || !with->ours) {
    RT_PROBE("greeting.answer_came_twice");
    return;
  }
  const wire::frame_header& header = read.header;
  const session_id session = with->id;
  if (header.session != with->wire_number || header.receiver != self_.incarnation) {
    return let_go_of(connection);
  }
  // There may be room later; where they crossed, the other side is about to call.
  if (reply.answer == wire::hello_answer::full || reply.answer == wire::hello_answer::crossed) {
    return let_go_of(connection);
  }
  if (reply.answer != wire::hello_answer::accepted) {
    return end(session, end_by(reply.answer), told(*with, read, reply));
  }
  if (!self_.versions.common_with({reply.version, reply.version})) {
    return end(session, session_end::malformed, "it has chosen a version that nobody offered");
  }
  if (self_.cluster == 0) self_.cluster = header.cluster;
  const bool same = with->other.incarnation == 0 || with->other.incarnation == header.sender;
  if (!same || header.cluster != self_.cluster ||
      !with->frames.connected(reply.received, world_.now())) {
    return end(session, session_end::malformed, "its greeting is not of this session");
  }
  with->other.incarnation = header.sender;
  with->other.role = reply.role;
  with->other.build = reply.build;
  with->version = reply.version;
  attach(on, *with);
  if (!with->open) {
    with->open = true;
    events_.opened(session, with->other);
  }
  if (RT_BUGGIFY("greeting.way_lost_after") && ways_.count(connection) != 0) {
    let_go_of(connection);
  }
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::rpc
