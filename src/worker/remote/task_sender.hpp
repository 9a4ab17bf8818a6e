#pragma once

#include "lane/spin_lock.hpp"
#include "rpc/full_sessions.hpp"
#include "rpc/switchboard.hpp"
#include "wire/messages/leases.hpp"
#include "wire/messages/tasks.hpp"
#include "wire/node_entry.hpp"
#include "worker/attempts/attempt_book.hpp"
#include "worker/attendant.hpp"
#include "worker/remote/misfits.hpp"
#include "worker/remote/node_list.hpp"
#include "worker/remote/object_keeper.hpp"
#include "worker/remote/owner_table.hpp"
#include "worker/remote/session_names.hpp"

#include <rt/core/environment.hpp>
#include <rt/core/result.hpp>
#include <rt/detail/payload.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

class runtime_engine;

/// The owner's edge of tasks that run in other processes: draws them from the engine's queues, writes
/// them down, asks nodes for slots, pushes, and completes them with what comes back. What becomes of
/// each task is decided by `attempts::attempt_book`.
/// Owner: the engine and the switchboard outlive it.   Thread: under the baton, but for `cancelled`.
class task_sender final : public rpc::party {
 public:
  task_sender(runtime_engine& engine, rpc::switchboard& board, name_tables& names,
              object_keeper& objects, job_id own_job);
  ~task_sender();

  /// The nodes that can be asked, as the cluster's view has them.
  void take_view(const std::vector<wire::node_entry>& nodes);

  /// How many tasks of one CPU the process keeps for its own slots, as long as those begin others.
  void keep(std::size_t tasks) noexcept { kept_ = tasks; }

  /// From here on what neither a node that is known nor this process can run fails with this error; it
  /// waits again where there is none.
  void without_head(const std::optional<error_info>& why);

  /// Has what waits leave, as far as there is room for it.
  void attend(attendant::deferred& later);
  /// The same while nothing may leave this process: only sees to what fails.
  void attend_unheard(attendant::deferred& later);
  instant due() const noexcept;
  bool has_news() const noexcept { return news_.load(std::memory_order_acquire); }

  /// Some task of this process, or one that called it, is to end.   Thread: any.
  void cancelled() noexcept;

  /// Is nothing of this process elsewhere?
  bool empty() const noexcept;

  // rpc::party
  void asked(rpc::session_id session, const rpc::arrival& request) override;
  void told(rpc::session_id session, const rpc::arrival& notice) override;
  void ended(rpc::session_id session, const rpc::peer& other, rpc::session_end why) override;

 private:
  struct leaving;
  struct task_class;

  task_class& class_of(std::uint32_t shape, bool never_twice);
  // attend, step by step
  void take_finished();
  void see_to_cancelled();
  void see_to_free_sessions();
  void see_to_classes(attendant::deferred& later);
  /// Tasks in a class's queue that may leave, and those of them that leave only for a slot that is held.
  struct leavers {
    std::size_t all = 0;
    std::size_t held_only = 0;
  };
  leavers count_leavers(task_class& of, instant now);
  void see_to_class(task_class& of, instant now, attendant::deferred& later);
  void draw(task_class& of, std::size_t count, attendant::deferred& later);
  void ask(task_class& of, const attempts::want& wanted);
  void push(task_class& of, const attempts::room& room);
  const node_list::node* choose(task_class& of);
  /// Has a task that was sent, or has run, wait to be sent once more.
  void wait_again(attempts::owner_index which);

  // stranded.cpp
  void fail_stranded(bool may_leave);
  bool is_misfit(const task_class& of) const;
  /// Has what was drawn of a class, and is not under way, wait in this process's own queue again.
  void come_home(task_class& of);
  void see_to_misfits(task_class& of, instant now, attendant::deferred& later);

  void answered_lease(rpc::session_id session, attempts::class_number of, const rpc::arrival& came);
  void take_result(rpc::session_id session, const wire::task_result& answer);
  void act(attempts::effects& what);
  void send(const attempts::effects::letter& letter);
  void complete(rpc::session_id session, attempts::owner_index which,
                const wire::task_result& answer);
  /// Is one that has thrown to run again? Counts it.
  bool may_throw_again(leaving& task, std::uint32_t& attempt);
  /// Brings a result that stayed where it was made; until it is here the task may run again.
  void fetch(rpc::session_id session, attempts::owner_index which,
             const wire::stored_result& stored);
  void take_fetched(attempts::owner_index which, brought_value&& came,
                    const std::exception_ptr& failure);
  /// The copy of such a result is gone: has the task run again.   Shape: else why it does not.
  store::transfers::loss run_again(attempts::owner_index which);
  std::exception_ptr failure_of(const leaving& task, const attempts::effects::failed& why) const;
  void fail(attempts::owner_index which, std::exception_ptr failure);
  wire::task_header header_of(leaving& task, rpc::session_id session);
  leaving& at(attempts::owner_index which) { return tasks_.at(which); }
  void forget(attempts::owner_index which);

  runtime_engine& engine_;
  environment& world_;
  rpc::switchboard& board_;
  name_tables& names_;
  object_keeper& objects_;
  const job_id job_;
  attempts::attempt_book book_;
  rpc::full_sessions full_;
  std::vector<std::unique_ptr<task_class>> classes_;
  owner_table<leaving> tasks_;
  node_list nodes_;
  misfits misfits_;
  std::size_t kept_ = 0;
  attendant::deferred later_;
  instant look_at_ = never;
  std::optional<error_info> stranded_by_;

  // What threads outside the baton have left for it.
  lane::spin_lock lock_;
  lane::atomic<bool> news_{false};
  std::vector<attempts::owner_index> written_;
  std::vector<attempts::owner_index> again_;
  std::vector<attempts::owner_index> over_;
  bool some_cancelled_ = false;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
