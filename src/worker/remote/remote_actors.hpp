#pragma once

#include "lane/spin_lock.hpp"
#include "rpc/switchboard.hpp"
#include "wire/messages/membership.hpp"
#include "worker/attendant.hpp"
#include "worker/remote/actor_references.hpp"
#include "worker/remote/actor_spawner.hpp"
#include "worker/remote/call_runner.hpp"
#include "worker/remote/call_sender.hpp"
#include "worker/remote/foreign_actors.hpp"
#include "worker/remote/named_actors.hpp"
#include "worker/remote/object_keeper.hpp"
#include "worker/remote/own_session.hpp"
#include "worker/remote/session_names.hpp"

#include <rt/core/ids.hpp>
#include <rt/detail/actor_handle.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

class runtime_engine;

/// Actors that more than one process knows: which handles are here, and the three parts that a process
/// may have in an actor, those of its callers, its host, and its owner. An actor stands here as one core
/// for all handles; its host has another of its own, unless it is its owner too.
/// Owner: the engine, the switchboard and the keeper of objects outlive it.
/// Thread: under the baton, but for what it hears of handles.
class remote_actors final : public rpc::party,
                            public foreign_actors,
                            public actor_references,
                            handle_source {
 public:
  remote_actors(runtime_engine& engine, rpc::switchboard& board, name_tables& names,
                object_keeper& objects, job_id own_job, place_host places);
  ~remote_actors();

  void take_view(const std::vector<wire::node_entry>& nodes) { spawner_.take_view(nodes); }
  /// Nobody needs a place any more.
  void leave(wire::slot_place place) { runner_.leave(place); }
  /// Shape: whether it is a call of an actor that lives here.
  bool cancel_call(rpc::session_id caller, const wire::attempt_name& call);
  /// Detached actors that live here.
  std::vector<wire::hosted_actor> detached_here() const;
  /// What a head's process does for it with detached actors.
  actor_spawner& for_head() noexcept { return spawner_; }

  /// The session on which a head has taken this process in; none while there is none.
  void head_is(rpc::session_id session) {
    sender_.head_is(session);
    named_.head_is(session);
  }
  /// From here on what needs the head fails with this; nothing: it is there again.
  void without_head(const std::optional<error_info>& why) { named_.without_head(why); }

  void attend(attendant::deferred& later);
  /// In a process that may not speak, and hears no head.
  void attend_unheard(attendant::deferred& later) { named_.attend(later); }
  bool has_unheard() const noexcept { return named_.has_news(); }
  instant due() const { return std::min({sender_.due(), spawner_.due(), named_.due()}); }
  bool has_news() const noexcept;
  /// Some call of this process is to end.   Thread: any.
  void cancelled() noexcept { sender_.cancelled(); }
  /// What of actors is known in more than one process, in words that each end with a comma; empty where
  /// nothing is.
  std::string left_over() const;
  std::size_t running() const noexcept { return runner_.running(); }

  // rpc::party
  void asked(rpc::session_id session, const rpc::arrival& request) override;
  void told(rpc::session_id session, const rpc::arrival& notice) override;
  void ended(rpc::session_id session, const rpc::peer& other, rpc::session_end why) override;

  // foreign_actors
  void has_calls(actor_state& elsewhere) noexcept override { sender_.has_calls(elsewhere); }
  void last_handle_gone(actor_state& known) noexcept override;
  void kill(actor_state& elsewhere) noexcept override;
  void ask(name_question& asked) noexcept override { named_.ask(asked); }
  void named_begins(actor_state& here) noexcept override;

  // actor_references
  named_object name_of(const detail::actor_handle& handle) override;
  detail::cell_ptr take(const named_object& came) override;
  bool is_held_here(const object_id& actor) const override;
  void see_to_handles() override;
  void freed(const object_id& actor) override;
  void lost(const object_id& actor, borrowing::loss why) override;

 private:
  /// An actor of which there are handles here, or were a moment ago.
  struct known {
    detail::actor_ptr core;
    /// The book counts one reference for all handles here.
    bool held_here = false;
  };

  // handle_source
  detail::cell_ptr share(const actor_id& actor) override;
  detail::cell_ptr detached(const actor_id& actor, const detail::actor_type& type) override;

  bool is_own(const actor_state& actor) const;
  known& know_own(actor_state& actor);
  known& know(const actor_id& actor, const named_object& named);
  /// Lets the book know if no handle is left here, and no call that needs one.
  void look_at(const actor_id& actor);
  void see_to_beginnings();
  void see_to_kills();
  void see_to_fading();

  runtime_engine& engine_;
  rpc::switchboard& board_;
  name_tables& names_;
  object_keeper& objects_;
  own_letters own_;
  call_sender sender_;
  call_runner runner_;
  actor_spawner spawner_;
  named_actors named_;
  std::map<actor_id, known> known_;
  /// Those without handles that something still refers to.
  std::set<actor_id> fading_;

  lane::spin_lock lock_;
  lane::atomic<bool> news_{false};
  std::vector<detail::actor_ptr> gone_;
  std::vector<detail::actor_ptr> killed_;
  std::vector<detail::actor_ptr> begun_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
