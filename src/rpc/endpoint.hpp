#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/variant.hpp"
#include "rpc/endpoint_events.hpp"
#include "rpc/session.hpp"
#include "rpc/session_options.hpp"
#include "rt/core/address.hpp"
#include "rt/core/environment.hpp"
#include "rt/core/ids.hpp"
#include "rt/core/result.hpp"
#include "rt/transport/transport.hpp"
#include "wire/frame.hpp"
#include "wire/version.hpp"

namespace rt::rpc {
inline namespace RT_LANE_VARIANT {

/// What a process says of itself.
struct self {
  /// 0 until a head has told it.
  std::uint64_t cluster = 0;
  std::uint64_t incarnation = 0;
  wire::process_role role = wire::process_role::node;
  std::uint64_t build = 0;
  /// Where others reach it; empty where they cannot.
  std::string address = {};
  /// A head's, in each of its frames; 0 for others.
  std::uint64_t term = 0;
  /// Of the protocol, that it speaks.
  wire::version_range versions = wire::spoken_versions;
};

/// All sessions of one process over one transport: greets, makes lost connections again, and matches
/// answers with what was asked.
///
/// A session begins with `open` here, or with another's greeting. Within it messages arrive once and in
/// order, whatever becomes of its connections, until it ends; over a lossy transport too. Two processes
/// may each open one to the other; then each uses its own for what it begins.
/// Owner: keeps neither transport nor events.   Thread: under the baton.
class endpoint final : transport_events {
 public:
  endpoint(transport& over, environment& world, const self& me, endpoint_events& events,
           const session_options& options);
  endpoint(const endpoint&) = delete;
  endpoint& operator=(const endpoint&) = delete;
  ~endpoint();

  /// Takes connections at that address.   Shape: as others reach it.
  result<address> listen(const address& at);

  /// How many sessions two processes may have. Where one is wanted, of two that cross the one counts that
  /// was opened by the lower incarnation, and the other takes its place: what it would have carried goes there.
  enum class sessions : std::uint8_t { many, one };

  /// Begins a session. `incarnation` is whom it is for, 0 if that is not known yet; `job` whose work it
  /// is about.   Errors: `errc::config` for an address that the transport does not understand.
  result<session_id> open(const address& to, std::uint64_t incarnation, job_id job,
                          sessions wanted = sessions::many);

  /// Asks; `handler` is called exactly once.   Shape: the request's number in its session.
  /// Errors: serialization, for a message over its limits; then it is not called.
  result<std::uint64_t> ask(session_id session, const wire::message& request,
                            reply_handler handler);
  /// Answers the request of that number. Let pass where the session has ended.
  result<void> answer(session_id session, std::uint64_t number, const wire::message& reply);
  /// The same with a tail.   Owner: of the tail `keeper`.
  result<void> answer(session_id session, std::uint64_t number, const wire::message& reply,
                      std::span<const std::byte> tail, std::shared_ptr<const void> keeper);
  result<void> tell(session_id session, const wire::message& notice);

  /// Should new requests and notices wait? As much is unacknowledged as may be.
  bool full(session_id session);
  /// Has a session that was found full room again, or ended, in the last `poll`?
  bool made_room() const noexcept { return made_room_; }

  /// When something has last come on a session, if only an acknowledgement; nothing before its greeting.
  std::optional<instant> heard_at(session_id session) const noexcept;

  /// Frames handed over on the sessions that there are, and those of them that were sent again by time.
  std::pair<std::uint64_t, std::uint64_t> sent_and_resent() const noexcept;

  /// The most that was ever unacknowledged on a session that is the only one with its process.
  /// Units: bytes.
  std::size_t in_flight_most() const noexcept { return in_flight_most_; }

  /// Has the other side of each session give a sign of life: one that gives none is found out by its
  /// silence, also where nothing else is said.
  void ask_for_signs();

  /// Has the other side of each session acted upon all that was said to it, as far as it has told?
  bool settled() const noexcept;

  /// Ends a session; `ended` is called within.
  void close(session_id session);

  /// Moves what can be moved, sees to what is due, and sends what was added.
  /// Shape: whether there is more to do at once.
  bool poll(unsigned frames_max);
  /// When `poll` has something to do although nothing comes.
  instant due() const noexcept;

  /// Connections that were closed for what came on them: no frame, no greeting, not of the session.
  std::uint64_t strangers() const noexcept { return strangers_; }

  /// Said in every frame from here on.
  void set_cluster(std::uint64_t cluster) noexcept { self_.cluster = cluster; }
  void set_term(std::uint64_t term) noexcept { self_.term = term; }

  /// Has what is said on other sessions wait from here on; on none where nothing is named.
  void speak_only_on(std::optional<session_id> session) noexcept { speaks_on_ = session; }

 private:
  struct talk;
  /// What is kept of a connection.
  struct way {
    connection_id id;
    session_id session = {};
    bool greeted = false;
    /// The transport has said `full`.
    bool full = false;
    instant since = 0;
    /// When something has come, or began to be waited for.
    instant heard_at = 0;
  };

  // traffic.cpp
  // transport_events
  void accepted(connection_id connection, const address& from) override;
  void opened(connection_id connection) override;
  void received(connection_id connection, std::span<const std::byte> bytes) override;
  void writable(connection_id connection) override;
  void closed(connection_id connection, connection_end why) override;
  void take_frame(connection_id connection, std::span<const std::byte> bytes);
  bool fits(const talk& with, const wire::frame_header& header) const noexcept;
  /// Shape: false if the session has ended by it.
  bool act_upon(session_id session, const wire::frame& read);
  void deliver(session_id session, const wire::frame& read, const wire::envelope& envelope);
  void send_unsent(talk& with);
  void send_acknowledgement(talk& with);

  // greeting.cpp
  void greet(way& on, talk& with);
  void take_greeting(connection_id connection, const wire::frame& read);
  void take_hello(connection_id connection, const wire::frame& read,
                  const wire::hello_request& hello);
  void take_hello_reply(connection_id connection, const wire::frame& read,
                        const wire::hello_reply& reply);
  wire::hello_answer judge(const wire::frame& read, const wire::hello_request& hello,
                           const peer& other);
  void refuse(connection_id connection, const wire::frame& read, wire::hello_answer why);
  /// Returns the session that this side has opened as the only one with that process; null for none.
  talk* find_only(std::uint64_t incarnation) const noexcept;
  /// Has one that was never accepted be the one that the other side opens.
  session_id adopt(talk& ours, const peer& other, std::uint64_t wire_number);
  /// Keeps a session that another process has opened.
  session_id begin(const peer& other, std::uint64_t wire_number);
  wire::hello_reply accepted_reply(const talk& with) const;
  /// Why the other side would not have a session, in words.
  std::string told(const talk& with, const wire::frame& read, const wire::hello_reply& reply) const;
  void send_greeting(connection_id connection, const wire::frame_header& header,
                     const wire::message& greeting);

  // endpoint.cpp
  wire::frame_header header_for(const talk& with) const noexcept;
  talk* find(session_id session) const noexcept;
  /// The same of one that is about to have something to do.
  talk* find_to_use(session_id session);
  bool rests(const talk& with) const noexcept;
  /// Has the session a connection over which both sides have greeted?
  bool has_way(const talk& with) const noexcept;
  /// Has the other side give a sign of life where nothing has come for long, and nothing waits.
  void keep_alive(instant now);
  void connect(talk& with);
  void attach(way& to, talk& with);
  void let_go_of(connection_id connection);
  /// Counts one whose bytes are no peer's, and logs it if none was logged lately.
  void note_stranger(const std::string& why);
  void lose(talk& with);
  void end(session_id session, session_end why, const std::string& text);
  void see_to_connections(instant now);
  void see_to_sessions(instant now);

  transport& transport_;
  environment& world_;
  self self_;
  endpoint_events& events_;
  session_options options_;
  bool lossy_;
  std::map<std::uint64_t, std::unique_ptr<talk>> talks_;
  /// Sessions by the other side's incarnation and the number that the one who opened it has chosen.
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> by_peer_;
  std::map<connection_id, way> ways_;
  /// Sessions that have something to do, now or when its time comes: of many, most rest.
  std::set<std::uint64_t> busy_;
  /// Connections over which not both sides have greeted.
  std::set<connection_id> greeting_;
  std::optional<session_id> speaks_on_;
  /// Before that nobody is to be asked for a sign of life.
  instant keep_alive_at_ = never;
  std::uint64_t last_session_ = 0;
  std::size_t in_flight_most_ = 0;
  std::set<std::uint64_t> found_full_;
  bool made_room_ = false;
  unsigned ungreeted_ = 0;
  std::uint64_t strangers_ = 0;
  std::uint64_t strangers_logged_ = 0;
  instant logged_at_ = 0;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::rpc
