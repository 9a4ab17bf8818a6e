#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/incarnation.hpp"
#include "core/variant.hpp"
#include "head/attention.hpp"
#include "head/cluster_view.hpp"
#include "head/commits.hpp"
#include "head/effects.hpp"
#include "head/ledger.hpp"
#include "head/log_growth.hpp"
#include "head/numbers.hpp"
#include "head/record_log.hpp"
#include "head/settings.hpp"
#include "rt/core/environment.hpp"
#include "rt/core/ids.hpp"
#include "rt/core/result.hpp"
#include "wire/messages/actors.hpp"
#include "wire/messages/membership.hpp"

namespace rt::head {
inline namespace RT_LANE_VARIANT {

/// Decides for the cluster: who belongs to it, which jobs there are, which actors have names or are
/// detached. docs/control_plane.md has the protocol.
///
/// A value: each step says in `effects` what is to be done. A decision is appended to the log, and what
/// follows from it leaves when it is safe; so what was told once is so after any number of restarts.
/// Every request has exactly one answer, unless the head is fenced or ends.
/// Shape: the same steps give the same effects. A request that comes again is answered again and done
/// once.   Thread: belongs to the loop; never blocks.
class control_plane {
 public:
  /// What a head begins with.
  struct start {
    term number{};
    /// For the first head of a cluster; where the log has one, these are passed over.
    std::uint64_t new_cluster = 0;
    std::string secret_place;
  };

  /// Begins, or goes on from what the log holds: those that it knew have one reconnect window.
  control_plane(const settings& with, const start& from, const std::vector<record>& log,
                instant now, effects& out);

  /// Is what was there at the start safe, so that sessions may begin?
  bool ready() const noexcept { return ready_; }
  std::uint64_t cluster() const noexcept { return known_.cluster(); }
  term number() const noexcept { return term_; }

  // Steps. `from` is the incarnation at the other end of the session. All messages of a process also
  // say that it lives: each step calls `heard`; the edge does, for messages that have no step.

  void heard(incarnation from, instant now, effects& out);
  void join(ticket to, incarnation from, const wire::join_request& asks, instant now, effects& out);
  void begin_job(ticket to, incarnation from, job_id job, const wire::job_request& asks,
                 instant now, effects& out);
  void end_job(incarnation from, instant now, effects& out);
  void health(incarnation from, const wire::health_notice& told, instant now, effects& out);
  void ask_view(ticket to, incarnation from, std::uint64_t version, instant now, effects& out);
  void confirm(ticket to, incarnation from, instant now, effects& out);
  /// It has said that it ends.
  void goodbye(incarnation from, instant now, effects& out);
  /// Has a node take no new work and end within a time.   Shape: false where no such node lives.
  bool drain(incarnation node, wire::node_reason reason, instant left, instant now, effects& out);

  /// Has an actor kept. `claim` is as its spawner told it, which is `from`; a new epoch is starting. A
  /// detached one is the head's from then on, and built by it.
  void register_actor(ticket to, incarnation from, const known_actor& claim, instant now,
                      effects& out);
  /// Hears from its owner that it is dead, or from the spawner of a detached one that it was not wanted, and
  /// answers when that is safe.
  /// Shape: also of an epoch whose registration was lost on its way. The answer is `stale_epoch`.
  void end_actor(ticket to, incarnation from, const actor_id& actor, std::uint64_t epoch,
                 instant now, effects& out);
  void find(ticket to, incarnation from, const name_key& key, instant now, effects& out);
  /// Hears from an actor's owner how it is in an epoch: of a detached one from `no_incarnation`, which is
  /// the head's own process.
  /// `process` is where it runs, if it is alive.
  void actor_told(incarnation from, const actor_id& actor, std::uint64_t epoch,
                  wire::actor_state state, incarnation process, instant now, effects& out);

  /// All records up to this one are safe.
  void durable(position up_to, instant now, effects& out);
  /// The log was replaced by the last snapshot, or could not be.
  void compacted(bool done, instant now) noexcept;
  /// A newer head writes the log: from here on every step does nothing.
  void fence() noexcept { fenced_ = true; }

  /// Sees to what is due: silent processes, drained ones, the view. To be called when `due` has come, and
  /// after all messages that are there have been taken: else one that lies unread counts as silence.
  void tick(instant now, effects& out);
  instant due() const noexcept;

  const ledger& known() const noexcept { return known_; }
  const cluster_view& view() const noexcept { return view_; }
  std::size_t held() const noexcept { return commits_.held(); }
  std::size_t log_records() const noexcept { return growth_.records(); }

 private:
  /// What is known of a member besides its entry, and is not kept over a restart.
  struct liveness {
    /// By the head's attention.
    instant heard_at = 0;
    /// It has joined this term, and hears of changes.
    bool joined = false;
    /// What it hosts was compared, when it asked to join for the first time in this term.
    bool compared = false;
    instant drain_until = never;
    /// What the view will say of it; that may wait.
    wire::node_entry entry;
    bool load_changed = false;
    /// When it was last brought up to date beside the changes that all are told.
    instant caught_up_at = 0;
  };

  // members.cpp
  /// Shape: false where it is no member, and has been told if it is dead.
  bool lives(incarnation from, instant now, effects& out);
  wire::join_answer admit(const wire::node_entry& entry, bool was_in, effects& out);
  bool makes_room_for(const wire::node_entry& entry, effects& out);
  void take_in(const wire::node_entry& entry, effects& out);
  void say_anew(liveness& known, const wire::node_entry& entry, instant now);
  void declare_dead(incarnation process, wire::node_reason reason, effects& out);
  void tell_stale(incarnation process, instant now);
  /// Who joins has told which detached actors it hosts. `first` is a process's first join in this term: what
  /// heads before this one knew of it is settled then.
  void compare_hosted(incarnation from, const std::vector<wire::hosted_actor>& hosted, bool first,
                      effects& out);
  void declare_silent_ones(effects& out);
  void declare_undrained_ones(instant now, effects& out);

  // actors.cpp
  void write_actor(const known_actor& actor, effects& out);
  /// Shape: by value, since what the ledger has of it goes.
  void end_actor(known_actor actor, effects& out);
  void rebuild_or_end(known_actor actor, effects& out);
  /// Begins what died with its process anew.
  void rebuild_lost_ones(effects& out);
  void begin_unbuilt_anew(effects& out);
  /// Has it built in the next epoch.
  void rebuild(known_actor actor, effects& out);
  /// Ends a life where it may still be.
  void kill_life(const known_actor& actor);
  located_actor located(const known_actor& actor) const;
  located_process where_is(incarnation process) const;

  // telling.cpp
  /// Comes before all else in each step.   Returns the time that it has attended.
  instant look(instant now, effects& out);
  void write(record what, effects& out);
  void release(instant now, effects& out);
  void do_one(const join_answered& what, instant now, effects& out);
  void do_one(const job_answered& what, instant now, effects& out);
  void do_one(const publication& what, instant now, effects& out);
  void do_one(const death_told& what, instant now, effects& out);
  void do_one(const effects::answer& what, instant now, effects& out);
  void do_one(const effects::letter& what, instant now, effects& out);
  void do_one(const building& what, instant now, effects& out);
  void do_one(const adoption& what, instant now, effects& out);
  void do_one(const dismissal& what, instant now, effects& out);
  bool is_newest(const known_actor& actor) const;
  void catch_up(incarnation process, std::uint64_t version, instant now, effects& out);
  void gather_load(instant now);
  void tell_view(instant now, effects& out);
  void keep_log_short(instant now, effects& out);

  settings with_;
  term term_;
  ledger known_;
  log_growth growth_;
  commits commits_;
  cluster_view view_;
  attention attention_;
  std::map<incarnation, liveness> lives_;
  /// The dead that were told lately, and when.
  std::map<incarnation, instant> told_stale_;
  instant check_at_ = 0;
  /// The version that all have been told, and when there is something to tell.
  std::uint64_t told_version_ = 0;
  instant told_at_ = 0;
  instant view_at_ = never;
  instant load_at_ = 0;
  /// Who is the next to have what it has free told.
  incarnation load_from_{};
  /// Where the log was when it had all of the start.
  position start_{};
  /// Actors that a head before this one had begun to build, in that epoch: nobody knows yet how far.
  std::map<actor_id, std::uint64_t> unbuilt_;
  bool ready_ = false;
  bool fenced_ = false;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
