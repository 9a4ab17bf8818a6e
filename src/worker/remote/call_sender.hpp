#pragma once

#include "lane/spin_lock.hpp"
#include "rpc/full_sessions.hpp"
#include "rpc/switchboard.hpp"
#include "wire/messages/actors.hpp"
#include "worker/actor_state.hpp"
#include "worker/attendant.hpp"
#include "worker/calls/call_book.hpp"
#include "worker/remote/call_outcome.hpp"
#include "worker/remote/object_keeper.hpp"
#include "worker/remote/own_session.hpp"
#include "worker/remote/owner_table.hpp"
#include "worker/remote/session_names.hpp"
#include "worker/remote/told_death.hpp"

#include <rt/core/environment.hpp>
#include <rt/core/errc.hpp>
#include <rt/core/ids.hpp>

#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

class runtime_engine;
class call_runner;
class actor_spawner;

/// A call on its way to an actor that lives elsewhere, from when it was taken out of the mailbox until
/// it is complete.
struct leaving_call {
  /// Claimed; kept by the reference of the mailbox. Null once it has ended without its answer.
  detail::cell* call = nullptr;
  actor_id actor;
  task_id id;
  /// Its arguments: kept until it is complete, to be sent again. Of those beyond the inlining limit what
  /// they refer to alone; the rest lies in an object of its own.
  detail::payload arguments;
  std::unique_ptr<written_content> content;
  object_id stored_arguments;
  std::uint64_t stored_bytes = 0;
  /// Its result lies elsewhere, and is being brought; then the call has this handle too.
  detail::cell_ptr fetched;
  /// Why they could not be written.
  std::exception_ptr unwritable;
  /// They are being written: it cannot end before that is done.
  bool in_writing = true;
  std::exception_ptr ends_with;

  /// Writes its arguments down: the user's code.   Thread: not under the baton.
  void write() noexcept;
};

/// The caller's edge of actors that live elsewhere: takes calls out of their mailboxes, writes them down,
/// sends them in their order, and completes them with what comes back. What is sent when, and what
/// becomes of each call, is decided by `calls::call_book`.
/// Owner: the engine, the switchboard and the other parts outlive it.
/// Thread: under the baton, but for `has_calls` and `cancelled`.
class call_sender {
 public:
  call_sender(runtime_engine& engine, rpc::switchboard& board, name_tables& names,
              object_keeper& objects, own_letters& own, job_id own_job);
  ~call_sender();
  void connect(actor_spawner& spawner, call_runner& runner) noexcept {
    spawner_ = &spawner;
    runner_ = &runner;
  }

  /// Some actor's mailbox has something in it.   Thread: any.
  void has_calls(actor_state& actor) noexcept;
  /// Some call of this process, or one that called it, is to end.   Thread: any.
  void cancelled() noexcept;

  void attend(attendant::deferred& later);
  instant due() const { return book_.next_look(); }
  bool has_news() const noexcept { return news_.load(std::memory_order_acquire); }
  bool empty() const noexcept { return calls_.empty(); }
  /// Is a call of it on its way, or in its mailbox?
  bool has_pending(actor_state& actor) const;
  /// Actors of which that may have changed since the last time.
  std::vector<actor_id> take_idle() { return std::exchange(idle_, {}); }

  /// The actor's owner has said how it is, and why it is dead, if it is.
  void told(wire::session_number owner, const actor_id& actor, const calls::told_standing& how,
            bool is_reply, const told_death& why);
  /// The same from a message.
  void told(rpc::session_id owner, const wire::actor_standing& standing, bool is_reply);
  /// It is gone for good, with all that is known of it.
  void lost(const actor_id& actor, const std::string& text);
  /// Nothing here refers to it any more. Its calls stay counted as long as it may live.
  void forget(const actor_id& actor);
  void take_results(rpc::session_id from, const wire::call_results_notice& notice);
  void take_outcome(wire::session_number from, const actor_id& actor, wire::epoch_number epoch,
                    const call_outcome& outcome);
  void session_ended(wire::session_number which);
  /// The session with a head that has taken this process in, who owns detached actors; none while there is
  /// none.
  void head_is(rpc::session_id session);

 private:
  // attend, step by step
  void take_calls(actor_state& actor, attendant::deferred& later);
  void take_in(actor_state& actor, detail::cell& call, std::exception_ptr refused,
               attendant::deferred& later);
  void take_written();
  void see_to_cancelled();
  void see_to_free_sessions();

  /// Has the book know an actor, and who owns it.
  void know(const actor_state& actor, calls::effects& out);
  void act(calls::effects& what);
  void ask(const calls::effects::question& question);
  /// Sends what may be sent of an actor's calls, as far as there is room on the session with its host.
  void send_ready(const actor_id& actor);
  /// How many of an actor's next calls go into one message.
  std::uint32_t count_for_message(const calls::called_actor& of) const;
  void send(const calls::call_book::batch& calls, const actor_id& actor);
  void cancel(const calls::effects::cancel& asked);
  wire::task_header header_of(const wire::attempt_name& name, rpc::session_id session);
  void complete(wire::owner_index which, std::shared_ptr<const detail::payload> value);
  void complete_failed(wire::owner_index which, std::shared_ptr<const detail::payload> thrown);
  // large_calls.cpp
  void take_stored(rpc::session_id from, const actor_id& actor, wire::epoch_number epoch,
                   const wire::task_result& answer);
  void fetch(rpc::session_id from, wire::owner_index which, const wire::stored_result& stored);
  void take_fetched(wire::owner_index which, brought_value&& came,
                    const std::exception_ptr& failure);
  void fail(wire::owner_index which, std::exception_ptr failure);
  std::exception_ptr failure_of(const calls::effects::failed& why) const;
  leaving_call& at(wire::owner_index which) const { return calls_.at(which); }
  void forget(wire::owner_index which);

  runtime_engine& engine_;
  environment& world_;
  rpc::switchboard& board_;
  name_tables& names_;
  object_keeper& objects_;
  own_letters& own_;
  actor_spawner* spawner_ = nullptr;
  call_runner* runner_ = nullptr;
  const job_id job_;
  calls::call_book book_;
  rpc::session_id head_;
  owner_table<leaving_call> calls_;
  rpc::full_sessions full_;
  std::map<actor_id, told_death> deaths_;
  std::vector<actor_id> idle_;
  /// Numbers of sessions that could not be had, downwards.
  std::uint64_t unreachable_ = static_cast<std::uint64_t>(no_session);
  attendant::deferred later_;

  // What threads outside the baton have left for it.
  lane::spin_lock lock_;
  lane::atomic<bool> news_{false};
  std::vector<detail::actor_ptr> waiting_;
  std::vector<wire::owner_index> written_;
  bool some_cancelled_ = false;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
