#pragma once

#include "core/incarnation.hpp"
#include "core/variant.hpp"
#include "head/control_plane.hpp"
#include "head/record_log.hpp"
#include "rpc/switchboard.hpp"

#include <rt/core/environment.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace rt::head {
inline namespace RT_LANE_VARIANT {

/// What a head's process is told by its head.   Thread: under the baton.
struct head_news {
  /// Its term is its own, and what it began with is safe: sessions may begin.
  std::function<void(std::uint64_t cluster, term number)> ready;
  std::function<void(incarnation)> died;
  /// A newer head has begun, or the log failed, in words: this one ends.
  std::function<void(const std::string&)> over;
};

/// What a head's process, which owns detached actors, is told of them.   Thread: under the baton.
struct detached_orders {
  /// A head before this one has left it; whether it lives is not known yet.
  std::function<void(const known_actor&)> expect;
  /// It lives at its `process`, and is to hear who owns it now.
  std::function<void(const located_actor&)> adopt;
  std::function<void(const known_actor&)> build;
  std::function<void(const actor_id&)> dismiss;
};

/// Processes as numbers of a session stand for them.   Thread: under the baton.
struct process_names {
  /// Returns what is told of it on that session from now on.
  std::function<wire::process_number(rpc::session_id, const located_process&)> number_of;
  /// Returns what a number of the other side's stands for; none where it was never told.
  std::function<incarnation(rpc::session_id, wire::process_number)> process_at;
};

/// The edge of a head: takes what members ask and tell, does what `control_plane` decides, and has it
/// written down.
/// Owner: the switchboard outlives it; the log is its own.   Thread: under the baton.
class head_keeper final : public rpc::party, log_events {
 public:
  head_keeper(environment& world, rpc::switchboard& board, const settings& with,
              std::unique_ptr<record_log> log, process_names names, head_news news,
              detached_orders orders);

  /// Shape: whether there is more to do at once.
  bool attend(bool all_taken);
  instant due() const noexcept;

  /// Null until its term is its own.
  const control_plane* plane() const noexcept { return plane_ ? &*plane_ : nullptr; }
  /// Does it keep an actor that has a name, or is detached?
  bool keeps_actors() const noexcept { return plane_ && !plane_->known().actors().empty(); }
  /// Its own process tells how a detached actor is in an epoch, and where it lives, if it does.
  void actor_told(const actor_id& actor, std::uint64_t epoch, wire::actor_state state,
                  incarnation process);
  /// Has a node take no new work, and end within a time.   Shape: false where no such node lives.
  bool drain(incarnation node, instant left);

  // rpc::party
  void opened(rpc::session_id session, const rpc::peer& other) override;
  void asked(rpc::session_id session, const rpc::arrival& request) override;
  void told(rpc::session_id session, const rpc::arrival& notice) override;
  void ended(rpc::session_id session, const rpc::peer& other, rpc::session_end why) override;

 private:
  struct waiting {
    rpc::session_id session;
    std::uint64_t number = 0;
  };

  void keep(ticket to, incarnation from, rpc::session_id session,
            const wire::register_request& asks, effects& out);
  wire::actor_entry entry_of(const located_actor& actor, rpc::session_id to);
  void perform(effects& out);
  void compact(const std::vector<record>& snapshot);
  void give(const effects::answer& what);
  void send(const effects::letter& what);

  // log_events
  void opened(opened_log all) override;
  void durable(position up_to) override;
  void compacted(bool done) override;
  void fenced() override;
  void failed(error_info why) override;

  environment& world_;
  rpc::switchboard& board_;
  const settings with_;
  std::unique_ptr<record_log> log_;
  process_names names_;
  head_news news_;
  detached_orders orders_;
  std::optional<control_plane> plane_;
  bool told_ready_ = false;
  bool over_ = false;
  std::map<incarnation, rpc::session_id> sessions_;
  std::map<ticket, waiting> waiting_;
  std::uint64_t last_ticket_ = 0;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
