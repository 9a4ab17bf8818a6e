#pragma once

#include "lane/spin_lock.hpp"
#include "rpc/full_sessions.hpp"
#include "rpc/switchboard.hpp"
#include "wire/messages/actors.hpp"
#include "worker/actor_state.hpp"
#include "worker/attendant.hpp"
#include "worker/hosting/host_table.hpp"
#include "worker/remote/call_outcome.hpp"
#include "worker/remote/hosted_listener.hpp"
#include "worker/remote/object_keeper.hpp"
#include "worker/remote/own_session.hpp"
#include "worker/remote/session_names.hpp"

#include <rt/core/environment.hpp>
#include <rt/core/resource_set.hpp>
#include <rt/detail/actor_handle.hpp>
#include <rt/detail/call_context.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

class runtime_engine;
class call_sender;
class actor_spawner;

/// What a node tells the process in which actors have places, and hears of it.
struct place_host {
  /// What a place takes; null where it is none.
  std::function<const resource_set*(wire::slot_place)> demand_of;
  /// Nothing of the actor is there any more.
  std::function<void(wire::slot_place)> freed;
};

/// A call of an actor that lives in the process that makes it.   Owner: the caller.
struct own_call {
  wire::attempt_name name;
  task_id id;
  const detail::function_record* function = nullptr;
  /// Its own if `owner` is the one that it names.
  const detail::call_context* context = nullptr;
  const detail::cell* owner = nullptr;
  const detail::payload* arguments = nullptr;
  /// Where they are too large for a message: the rest of them.
  object_id stored_arguments = {};
};

/// The host's edge of actors that live here and are called by other processes: builds them, has the
/// engine run their calls, and answers. What begins next, what never does, and when an actor is over, is
/// decided by `hosting::host_table`.
/// Owner: the engine, the switchboard and the other parts outlive it.
/// Thread: under the baton, but for what it hears of the engine.
class call_runner final : hosted_listener {
 public:
  call_runner(runtime_engine& engine, rpc::switchboard& board, name_tables& names,
              object_keeper& objects, own_letters& own, place_host places);
  ~call_runner();
  void connect(call_sender& sender, actor_spawner& spawner) noexcept {
    sender_ = &sender;
    spawner_ = &spawner;
  }

  // Lives.
  void create(rpc::session_id owner, std::uint64_t number, const wire::create_request& asked);
  /// An own actor becomes one that others call.   Shape: it has a handle.
  void take_over(const hosting::hosted_name& which, actor_state& actor);
  bool kill(const hosting::hosted_name& which, bool after_calls);
  /// Nobody needs the place any more.
  void leave(wire::slot_place place);
  /// Detached actors that live here, and outlive the session with whoever had them built.
  std::vector<hosting::hosted_name> detached() const { return hosts_.detached(); }

  // Calls.
  void take_calls(rpc::session_id caller, const wire::calls_notice& notice);
  void take_own_calls(const hosting::hosted_name& which, wire::call_seq first,
                      std::span<const own_call> calls);
  /// Shape: whether there is such a call here.
  bool cancel_call(wire::session_number caller, const wire::attempt_name& call);

  void session_ended(wire::session_number which);
  void attend(attendant::deferred& later);
  bool has_news() const noexcept { return news_.load(std::memory_order_acquire); }
  bool empty() const noexcept { return lives_.empty() && kept_.empty() && begun_.empty(); }
  std::size_t running() const noexcept { return begun_.size(); }

 private:
  /// A life of an actor, until nothing of it is here.
  struct life {
    /// Of one that lives here for another process: ended by the last handle, which this is.
    detail::actor_handle handle;
    detail::actor_ptr core;
    wire::slot_place place;
    /// What its constructor has thrown.
    std::shared_ptr<pushed_outcome> thrown;
    /// Its owner lets it end after its calls.
    bool finishes = false;
    /// The table has nothing of it any more; the engine has not.
    bool freed = false;
    bool buried = false;
  };
  /// A constructor or a call before its turn.
  struct kept {
    pushed_task* task = nullptr;
    hosting::hosted_name which;
    /// What its arguments refer to.
    object_keeper::handed by;
  };
  struct building {
    kept constructor;
    const detail::actor_type* type = nullptr;
    wire::slot_place place;
    std::uint32_t concurrency = 1;
    bool holds = false;
    bool detached = false;
  };
  using key = std::pair<wire::session_number, wire::attempt_name>;
  struct begun {
    kept what;
    key whose;
  };
  using answer_key = std::pair<wire::session_number, hosting::hosted_name>;

  // hosted_listener
  void ended(pushed_task& task, pushed_outcome&& how) noexcept override;
  void blocked(pushed_task&) noexcept override {}
  void buried(actor_state& actor) noexcept override;

  void build(const hosting::hosted_name& which);
  /// Once its arguments are here, or are not to be had.
  void construct(const hosting::hosted_name& which, building& made);
  void begin(const hosting::hosted_name& which, const hosting::placed_call& call);
  void take_end(pushed_task& task, pushed_outcome& how);
  void take_burial(const actor_state& actor);
  void act(hosting::effects& what);
  void answer_creation(const hosting::effects::created& told);
  void tell_end(const hosting::effects::ended& told);
  void end_actor(const hosting::hosted_name& which, bool after_calls);
  void free_if_done(const hosting::hosted_name& which);
  void let_go(kept& dropped);
  /// Has no call of a caller begin while its answer would have no room on the session with it.
  void hold_if_full(rpc::session_id caller);
  // large_calls.cpp
  /// Begins to bring what is too large for a message; `then` is called when it is here, or is not to be
  /// had.   Shape: whether there is anything to wait for.
  bool fetch_arguments(pushed_task& task, rpc::session_id from, const wire::task_header& header,
                       std::function<void()> then);
  void fetch_arguments(pushed_task& task, const object_id& stored, std::function<void()> then);
  /// Constructs what has waited for that.
  void construct_fetched(const hosting::hosted_name& which);
  /// The arguments of a call are here, or are not to be had: it may begin, and those behind it.
  void call_is_ready(const hosting::hosted_name& which, const key& whose);
  // call_answers.cpp
  void send_answers();
  void send(rpc::session_id to, const hosting::hosted_name& which,
            std::span<const call_outcome> outcomes);
  wire::task_result result_of(const call_outcome& outcome, rpc::session_id to);
  wire::stored_result store_result(const call_outcome& outcome, rpc::session_id to);

  runtime_engine& engine_;
  environment& world_;
  rpc::switchboard& board_;
  name_tables& names_;
  object_keeper& objects_;
  own_letters& own_;
  place_host places_;
  call_sender* sender_ = nullptr;
  actor_spawner* spawner_ = nullptr;
  hosting::host_table hosts_;
  rpc::full_sessions full_;
  std::map<hosting::hosted_name, building> to_build_;
  /// To be built when what their constructors are called with is here.
  std::map<hosting::hosted_name, building> fetching_;
  std::map<hosting::hosted_name, life> lives_;
  std::map<key, kept> kept_;
  /// Those that were begun, by a number that is never given again.
  std::map<std::uint64_t, begun> begun_;
  std::uint64_t last_begun_ = 0;
  std::map<answer_key, std::vector<call_outcome>> answers_;
  /// Results that are kept here, once their callers have been told.
  std::vector<std::pair<object_id, std::unique_ptr<written_content>>> results_;
  attendant::deferred later_;

  struct end {
    pushed_task* task;
    pushed_outcome how;
  };
  lane::spin_lock lock_;
  lane::atomic<bool> news_{false};
  std::vector<end> ended_;
  std::vector<const actor_state*> buried_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
