#pragma once

#include "lane/spin_lock.hpp"
#include "rpc/switchboard.hpp"
#include "wire/messages/actors.hpp"
#include "wire/messages/leases.hpp"
#include "wire/node_entry.hpp"
#include "worker/actor_state.hpp"
#include "worker/attendant.hpp"
#include "worker/hosting/effects.hpp"
#include "worker/owning/owned_actors.hpp"
#include "worker/remote/detached_actor.hpp"
#include "worker/remote/misfits.hpp"
#include "worker/remote/node_list.hpp"
#include "worker/remote/object_keeper.hpp"
#include "worker/remote/own_session.hpp"
#include "worker/remote/session_names.hpp"
#include "worker/remote/told_death.hpp"

#include <rt/core/environment.hpp>
#include <rt/core/errc.hpp>
#include <rt/core/resource_set.hpp>

#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

class runtime_engine;
class call_runner;
class call_sender;
class named_actors;

/// The owner's edge of actors that this process has spawned and that live elsewhere, or are called from
/// there: writes constructors down, finds places on nodes, and tells who asks where each is. Which life
/// begins when, and how it ends, is decided by `owning::owned_actors`.
/// Owner: the engine, the switchboard and the other parts outlive it.   Thread: under the baton.
class actor_spawner {
 public:
  actor_spawner(runtime_engine& engine, rpc::switchboard& board, name_tables& names,
                object_keeper& objects, own_letters& own, job_id own_job);
  ~actor_spawner();
  void connect(call_sender& sender, call_runner& runner, named_actors& named) noexcept {
    sender_ = &sender;
    runner_ = &runner;
    named_ = &named;
  }

  /// The nodes on which there are places, as the cluster's view has them.
  void take_view(const std::vector<wire::node_entry>& nodes);

  /// Begins an own actor that is to live elsewhere. Takes over the reference to its constructor;
  /// `refused` says what that is to fail with.
  void begin(actor_state& actor, detail::cell& construct, std::exception_ptr refused);
  /// An own actor that lives here has become known to others.
  void take_over(actor_state& actor);
  /// No handle of it is left anywhere.
  void handles_gone(const actor_id& actor);
  void kill_here(const actor_id& actor);
  /// The head has answered whether it keeps a life.
  void registered(const actor_id& actor, wire::epoch_number epoch,
                  owning::owned_actors::registration answer);

  // owning_for_head.cpp: a head's process alone owns detached actors.
  /// Who is told how they are.
  void tell_head_by(std::function<void(const detached_standing&)> hears) {
    head_hears_ = std::move(hears);
  }
  /// A head before this one has left it; whether it lives is not known yet.
  void expect(const detached_actor& actor);
  /// It lives there, in that epoch, unless it has just ended.
  void adopt(const detached_actor& actor, std::uint64_t host, const std::string& address);
  /// The head has declared a process dead.
  void host_died(std::uint64_t incarnation);
  void build(const detached_actor& actor);
  void dismiss(const actor_id& actor);

  // What this process says to itself.
  void asked_here(const actor_id& actor, wire::epoch_number not_epoch);
  void created_here(const hosting::effects::created& told);
  void ended_here(const hosting::hosted_name& which, hosting::end_reason why);

  // What others say.
  void asked(rpc::session_id from, std::uint64_t number, const wire::whereabouts_request& question);
  void asked(rpc::session_id from, std::uint64_t number, const wire::kill_request& wanted);
  void told_end(rpc::session_id host, const wire::actor_notice& notice);
  void session_ended(wire::session_number which);

  void attend(attendant::deferred& later);
  instant due() const noexcept { return look_at_; }
  bool has_news() const noexcept { return news_.load(std::memory_order_acquire); }
  bool empty() const noexcept { return owning_.empty(); }
  bool owns(const actor_id& actor) const { return owned_.contains(actor); }
  /// Returns an own one that may be called still; null for any other.
  actor_state* living(const actor_id& actor);

 private:
  struct owned;

  owned* find(const actor_id& actor);
  void take_written();
  void find_places();
  void ask_for_place(const actor_id& actor, owned& of, const node_list::node& at);
  void take_place_reply(const actor_id& actor, std::uint64_t asked, rpc::session_id host,
                        const wire::lease_reply* reply);
  const node_list::node* choose(owned& of);
  /// No node could ever hold it: it is dead when that has been so for long enough.
  void wait_for_node(const actor_id& actor, owned& of);
  void act(owning::effects& what);
  void create(const owning::effects::create& asked);
  void take_creation(rpc::session_id host, const actor_id& actor, wire::epoch_number epoch,
                     const wire::create_reply& reply);
  void kill(const owning::effects::kill& asked);
  void withdraw_place(const actor_id& actor);
  static wire::actor_state wire_state_of(owning::standing::kind what);
  wire::actor_standing standing_for(const actor_id& actor, const owning::standing& how,
                                    rpc::session_id to);
  /// Tells how an actor of this process is, to whom.
  void tell(wire::session_number to, const actor_id& actor, const owning::standing& how,
            bool is_reply, wire::request_number request);
  owned& know_detached(const detached_actor& actor);
  void tell_head(const actor_id& actor, const owning::standing& how);
  std::string death_text(const actor_id& actor, owning::death_cause why);
  errc death_code(const actor_id& actor);
  /// Draws the consequences of how it is now.
  void look_at(const actor_id& actor);
  void complete_constructor(owned& of);

  runtime_engine& engine_;
  environment& world_;
  rpc::switchboard& board_;
  name_tables& names_;
  object_keeper& objects_;
  own_letters& own_;
  call_sender* sender_ = nullptr;
  call_runner* runner_ = nullptr;
  named_actors* named_ = nullptr;
  const job_id job_;
  owning::owned_actors owning_;
  std::map<actor_id, std::unique_ptr<owned>> owned_;
  node_list nodes_;
  misfits misfits_;
  std::function<void(const detached_standing&)> head_hears_;
  /// Of detached ones that nothing is kept of any more, the last: what they died of.
  std::map<actor_id, told_death> deaths_told_;
  std::deque<actor_id> deaths_in_order_;
  std::uint64_t last_asked_ = 0;
  instant look_at_ = never;
  attendant::deferred later_;

  lane::spin_lock lock_;
  lane::atomic<bool> news_{false};
  std::vector<actor_id> written_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
