#pragma once

#include "lane/spin_lock.hpp"
#include "rpc/full_sessions.hpp"
#include "rpc/switchboard.hpp"
#include "wire/messages/tasks.hpp"
#include "worker/attendant.hpp"
#include "worker/remote/object_keeper.hpp"
#include "worker/remote/pushed_task.hpp"
#include "worker/remote/session_names.hpp"
#include "worker/serving/slot_table.hpp"

#include <rt/core/environment.hpp>
#include <rt/core/resource_set.hpp>

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

class runtime_engine;

/// What a node tells the process that runs its slots, and hears of it. The two are one process, or
/// not; neither knows the other's insides.
struct slot_host {
  /// Nothing runs any more in a slot that was closed.
  std::function<void(wire::slot_place)> freed;
  /// All that runs in a slot waits, and nothing is there to run beside it: what it takes may be lent; or
  /// no longer.
  std::function<void(wire::slot_place, bool lent)> lend;
  /// Does another node have that now, as far as is known?
  std::function<bool(const resource_set& demand)> is_free_elsewhere;
  /// A task is to end that came with a request for slots, and may wait with it.
  std::function<bool(rpc::session_id, const wire::attempt_name&)> cancel_carried;
};

/// The worker's edge of tasks that other processes push here: keeps them until their slot's turn, has
/// the engine run them, and answers. What starts next, and what never does, is decided by
/// `serving::slot_table`.
/// Owner: the engine and the switchboard outlive it.
/// Thread: under the baton, but for what it hears of the engine.
class task_runner final : public rpc::party, pushed_listener {
 public:
  task_runner(runtime_engine& engine, rpc::switchboard& board, name_tables& names,
              object_keeper& objects, slot_host host);
  ~task_runner();

  /// Opens a slot for an owner: each of its tasks takes `demand` while it runs.
  void open(rpc::session_id owner, wire::slot_place place, const resource_set& demand);
  /// Takes a task that has come with a request for slots; it is run by one of these, or let go.
  void keep_carried(rpc::session_id owner, const wire::task_header& task);
  void let_go(rpc::session_id owner, const wire::attempt_name& task);
  /// Has a slot run such tasks, as pushed to it from seq 1 on.
  void run_carried(rpc::session_id owner, wire::slot_place place,
                   std::span<const wire::attempt_name> tasks);
  void close(wire::slot_place place);

  void attend(attendant::deferred& later);
  instant due() const noexcept { return look_at_; }
  bool has_news() const noexcept { return news_.load(std::memory_order_acquire); }

  bool empty() const noexcept { return slots_.empty() && tasks_.empty(); }
  std::size_t running() const noexcept { return begun_.size(); }

  // rpc::party
  void asked(rpc::session_id session, const rpc::arrival& request) override;
  void told(rpc::session_id session, const rpc::arrival& notice) override;
  void ended(rpc::session_id session, const rpc::peer& other, rpc::session_end why) override;

 private:
  /// An attempt as its owner's session knows it.
  using key = std::pair<rpc::session_id, wire::attempt_name>;
  struct kept {
    pushed_task* task = nullptr;
    wire::slot_place place;
    wire::slot_seq seq{};
    /// What its arguments refer to.
    object_keeper::handed by;
  };
  struct begun {
    key whose;
    serving::slot_index slot{};
    wire::slot_seq seq{};
    pushed_task* task = nullptr;
    object_keeper::handed by;
    /// It has waited, and lent what it held: another may run beside it.
    bool has_blocked = false;
    instant since = 0;
  };

  // pushed_listener
  void ended(pushed_task& task, pushed_outcome&& how) noexcept override;
  void blocked(pushed_task& task) noexcept override;

  void push(rpc::session_id owner, wire::slot_place place, wire::slot_seq first,
            std::span<const wire::attempt_name> tasks);
  /// Takes a task in.   Shape: false where it is to be dropped, since its owner is dead.
  bool keep(rpc::session_id owner, const wire::task_header& header);
  void let_go(kept& dropped);
  /// Brings what is too large for a message, so that it is here when the task's turn comes.
  void fetch_arguments(rpc::session_id owner, pushed_task& task, const wire::task_header& header);
  void interrupt(pushed_task& task);
  /// Shape: whether there was one.
  bool start_next(serving::slot_index slot);
  void see_to_free_sessions();
  /// Hands back what own tasks of the process keep from running here, where another node has room for it.
  void see_to_kept_out();
  void lend(serving::slot_index slot, bool lent);
  /// Starts the next task of a slot if all that run there wait: else those behind them might be what
  /// they wait for.
  void start_beside(serving::slot_index slot);
  /// Is there no room for its answer on the session with its owner? Then it starts when there is.
  bool is_held_back(serving::slot_index slot);
  void act(serving::effects& what);
  void answer(rpc::session_id to, wire::task_result result);
  void answer(const serving::slot_table::answer_to& to, const pushed_task& task,
              pushed_outcome& how);
  void send_answers();
  /// Lets a task go whose end nobody has to hear of.
  void forget(const key& which);
  void forget_from(rpc::session_id owner, wire::slot_place place, wire::slot_seq first);

  runtime_engine& engine_;
  environment& world_;
  rpc::switchboard& board_;
  name_tables& names_;
  object_keeper& objects_;
  slot_host host_;
  serving::slot_table slots_;
  rpc::full_sessions full_;
  std::map<wire::slot_place, std::uint32_t> shapes_;
  /// Those that wait for their turn.
  std::map<key, kept> tasks_;
  /// Those that were begun, by a number that is never given again.
  std::map<std::uint64_t, begun> begun_;
  std::uint64_t last_begun_ = 0;
  /// When one that was begun may turn out to be kept out.
  instant look_at_ = never;
  std::map<rpc::session_id, std::vector<wire::task_result>> answers_;
  /// What the answers' bytes lie in until they are sent.
  std::vector<std::unique_ptr<pushed_outcome>> outcomes_;
  /// Results that are kept here, once their owners have been told.
  std::vector<std::pair<object_id, std::unique_ptr<written_content>>> results_;
  attendant::deferred later_;

  struct end {
    pushed_task* task;
    pushed_outcome how;
  };
  lane::spin_lock lock_;
  lane::atomic<bool> news_{false};
  std::vector<end> ended_;
  std::vector<std::uint64_t> blocked_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
