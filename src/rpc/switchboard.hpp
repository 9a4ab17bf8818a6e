#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/variant.hpp"
#include "rpc/endpoint.hpp"
#include "rpc/endpoint_events.hpp"
#include "wire/message_kind.hpp"

namespace rt::rpc {
inline namespace RT_LANE_VARIANT {

/// A part of a process that takes messages of some kinds, and hears of all sessions.
/// Thread: as `endpoint_events`.
class party {
 public:
  virtual void opened(session_id /*session*/, const peer& /*other*/) {}
  virtual void asked(session_id session, const arrival& request) = 0;
  virtual void told(session_id session, const arrival& notice) = 0;
  virtual void ended(session_id /*session*/, const peer& /*other*/, session_end /*why*/) {}
  /// A session for bulk has ended, which says nothing of the other process.
  virtual void bulk_ended(session_id /*session*/) {}
  /// Comes before the end of a session that could not begin: the other side speaks another version, or
  /// is of another cluster, as the text says.
  virtual void unfit(session_id /*session*/, const std::string& /*text*/) {}

 protected:
  ~party() = default;
};

/// Shares one endpoint among the parts of a process: each message goes to the part that takes its
/// kind, and all parts use the same sessions, one to each other process.
///
/// Beside it there may be sessions for bulk, one by each of the two that pulls: so that what is large
/// does not stand before what is small. They carry pulls, their pieces and names alone. Parties hear of
/// none but by what comes on it and by `bulk_ended`; it ends with the one session at the latest.
///
/// Two processes that have lost their session are dead to one another, whatever the head says: what
/// was said last may have been heard or not. Not so with a head, which is spoken to anew.
/// Owner: of nothing; the parts and the endpoint outlive it.   Thread: under the baton.
class switchboard final : public endpoint_events {
 public:
  switchboard(environment& world, wire::process_role role) : world_(world), role_(role) {}

  /// Comes before anything else, since an endpoint is made with its events.
  void connect(endpoint& shared) noexcept { endpoint_ = &shared; }
  /// Has a part take messages of these kinds; each kind has one.
  void route(std::initializer_list<wire::message_kind> kinds, party& to);
  /// Who may have a session; everyone where it is not set.
  void admit_by(std::function<wire::hello_answer(const peer&)> judge) { judge_ = std::move(judge); }

  /// Returns the session with the process at an address, begun where there is none yet.
  /// Shape: `incarnation` is 0 where any will do. A head begins none: those who belong to it have called it.
  /// Errors: `errc::config` for no address; connection, for who is dead, or has not called a head.
  result<session_id> reach(const std::string& address, std::uint64_t incarnation, job_id job);

  /// Returns the session for bulk beside that one, begun where there is none yet.
  /// Shape: that one itself, where the other side has no address at which it could be reached.
  result<session_id> reach_for_bulk(session_id beside);

  /// Who is at the other side; null before the greeting and after the end.
  const peer* other_side(session_id session) const noexcept;
  /// Which process a session is with, also before its greeting; 0 where that is not known.
  std::uint64_t incarnation_at(session_id session) const noexcept;

  /// Ends all sessions with a process, which is dead, and lets it begin no other.
  void declare_dead(std::uint64_t incarnation);

  bool knows_dead(std::uint64_t incarnation) const { return dead_.contains(incarnation); }

  rpc::endpoint& endpoint() noexcept { return *endpoint_; }

  // endpoint_events
  void opened(session_id session, const peer& other) override;
  void asked(session_id session, const arrival& request) override;
  void told(session_id session, const arrival& notice) override;
  void ended(session_id session, session_end why, const std::string& text) override;
  wire::hello_answer admits(const peer& other) override;

 private:
  struct line {
    peer other;
    bool open = false;
    /// By which `reach` finds it; only of those begun here.
    std::string address = {};
  };

  party* find(const wire::message& held) const noexcept;
  /// May that come on the session?
  bool fits(session_id session, const wire::message& held) const;
  /// Ends all sessions with a process.
  void close_all(std::uint64_t incarnation);

  environment& world_;
  const wire::process_role role_;
  rpc::endpoint* endpoint_ = nullptr;
  std::function<wire::hello_answer(const peer&)> judge_;
  std::map<wire::message_kind, party*> routes_;
  std::vector<party*> parties_;
  std::map<session_id, line> lines_;
  /// Those for bulk that were begun here, by the other side's incarnation.
  std::map<std::uint64_t, session_id> bulk_;
  std::set<std::uint64_t> dead_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::rpc
