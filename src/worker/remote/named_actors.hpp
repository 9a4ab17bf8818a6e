#pragma once

#include "lane/spin_lock.hpp"
#include "rpc/switchboard.hpp"
#include "wire/messages/actors.hpp"
#include "worker/attendant.hpp"
#include "worker/name_question.hpp"
#include "worker/owning/owned_actors.hpp"
#include "worker/remote/head_line.hpp"
#include "worker/remote/object_keeper.hpp"
#include "worker/remote/own_session.hpp"
#include "worker/remote/session_names.hpp"

#include <rt/core/environment.hpp>
#include <rt/core/ids.hpp>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

class runtime_engine;
class actor_spawner;

/// Who gives handles out, of own actors and of detached ones.   Thread: under the baton.
class handle_source {
 public:
  /// Returns one more handle of an own actor, in a cell; null where it has ended, or is about to.
  virtual detail::cell_ptr share(const actor_id& actor) = 0;
  /// Returns a handle of a detached actor, in a cell.
  virtual detail::cell_ptr detached(const actor_id& actor, const detail::actor_type& type) = 0;

 protected:
  ~handle_source() = default;
};

/// The edge of names: has own actors kept by the head before they live, tells it how they are, and finds
/// those of others. The head knows who has a name; a handle comes from that actor's owner.
/// Owner: the engine, the switchboard and the other parts outlive it.
/// Thread: under the baton, but for `ask`.
class named_actors {
 public:
  named_actors(runtime_engine& engine, rpc::switchboard& board, name_tables& names,
               object_keeper& objects, handle_source& handles);
  ~named_actors();
  void connect(actor_spawner& spawner) noexcept { spawner_ = &spawner; }

  /// Takes a question over, with a reference.   Thread: any.
  void ask(name_question& asked) noexcept;

  void head_is(rpc::session_id session) { line_.head_is(session); }
  void without_head(const std::optional<error_info>& why) { line_.without_head(why); }

  // For the owner.
  /// Has the head keep a life, of one that begins; `actor_spawner::registered` answers.
  void keep(const actor_state& actor, wire::epoch_number epoch);
  /// Tells the head how an actor is.
  void tell(const actor_id& actor, const owning::standing& how);

  /// Has a detached actor end, as soon as there is a head.
  void kill(const actor_id& detached);
  /// Someone asks for a handle of an own actor, or of a detached one.
  void asked(rpc::session_id from, std::uint64_t number, const wire::handle_request& wanted);

  void attend(attendant::deferred& later);
  instant due() const noexcept { return again_.empty() ? never : again_.begin()->first; }
  bool has_news() const noexcept { return news_.load(std::memory_order_acquire); }
  bool empty() const noexcept {
    return line_.empty() && reserved_.empty() && asking_ == 0 && again_.empty();
  }

 private:
  /// Who asks for a handle of an actor that has its name and has not begun.
  struct early {
    rpc::session_id from;
    std::uint64_t number = 0;
  };
  /// How a look for a handle has ended.
  enum class look : std::uint8_t {
    found,
    gone,
    unreachable,
    unanswered,  ///< by a head, which comes back
  };

  void take_asked();
  void find(name_question& asked);
  void reserve(name_question& asked);
  void take_reservation(name_question& asked, rpc::session_id head,
                        const wire::register_reply& reply);
  /// Has a handle of the actor that has the name come here, from its owner.
  void fetch(name_question& asked, rpc::session_id head, const wire::actor_entry& entry);
  void fetch(name_question& asked, rpc::session_id owner, const actor_id& actor,
             look if_unanswered);
  void take_look(name_question& asked, look how, detail::cell_ptr handle);
  void ask_again(name_question& asked, instant after);
  void answer(name_question& asked, std::exception_ptr refused);
  /// Answers who has asked for a handle of it.
  void drop_claim(const actor_id& actor);
  void answer_handle(rpc::session_id to, std::uint64_t number, const actor_id& actor);
  void take_registration(const actor_id& actor, wire::epoch_number epoch,
                         const wire::message& reply);
  std::function<void(rpc::session_id, rpc::reply_handler)> sending(wire::message asks);
  void give_up(const error_info& why);

  runtime_engine& engine_;
  environment& world_;
  rpc::switchboard& board_;
  name_tables& names_;
  object_keeper& objects_;
  handle_source& handles_;
  actor_spawner* spawner_ = nullptr;
  head_line line_;
  /// Own actors whose first life the head is to keep, or keeps, and which have not begun it.
  std::map<actor_id, std::vector<early>> reserved_;
  /// Of those that have begun just now.
  std::vector<std::pair<actor_id, early>> early_;
  std::multimap<instant, name_question*> again_;
  /// Detached ones that this process has had killed, and the head has not said that they have ended.
  std::set<actor_id> killed_;
  /// Questions that lie with owners.
  std::size_t asking_ = 0;
  attendant::deferred later_;

  lane::spin_lock lock_;
  lane::atomic<bool> news_{false};
  std::vector<name_question*> asked_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
