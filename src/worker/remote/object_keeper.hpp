#pragma once

#include "lane/spin_lock.hpp"
#include "rpc/switchboard.hpp"
#include "wire/messages/borrowing.hpp"
#include "wire/messages/objects.hpp"
#include "wire/payload.hpp"
#include "worker/attendant.hpp"
#include "worker/borrowing/reference_book.hpp"
#include "worker/remote/actor_references.hpp"
#include "worker/remote/brought_value.hpp"
#include "worker/remote/foreign_objects.hpp"
#include "worker/remote/import_cell.hpp"
#include "worker/remote/known_processes.hpp"
#include "worker/remote/object_transfers.hpp"
#include "worker/remote/session_names.hpp"

#include <rt/core/environment.hpp>
#include <rt/core/ids.hpp>
#include <rt/detail/cell.hpp>
#include <rt/detail/payload.hpp>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

class runtime_engine;

/// Returns how many bytes a value takes that is to leave its process, with its arrays.   Thread:
/// any.
/// Errors: `serialization_error` for one that refers to what cannot leave.
std::size_t check_can_leave(const detail::payload& value);

/// The same for one that has to travel in a message.
/// Errors: `serialization_error` also for one that is too large for that; `what` names it.
void check_leaves(const detail::payload& value, const std::string& what);

/// The edge of objects that are known in more than one process: own ones that others know, and
/// those of others that are known here. Who holds what is decided by `borrowing::reference_book`;
/// where values are and how they come is seen to by `object_transfers`.
/// Owner: the engine and the switchboard outlive it.
/// Thread: under the baton, but for what it hears of handles.
class object_keeper final : public rpc::party, public foreign_objects, transfer_host {
 public:
  object_keeper(runtime_engine& engine, rpc::switchboard& board, name_tables& names);
  ~object_keeper();

  /// Where others reach this process.
  void reached_at(const std::string& address) { processes_.learn(engine_incarnation(), address); }

  /// Makes of what an archive wrote what goes to the other side of a session, and holds for it what
  /// is referred to.   Shape: what `check_leaves` lets pass.   Owner: what is returned sees `from`.
  wire::payload hand_on(const detail::payload& from, rpc::session_id to);

  /// References that came in a payload, by which it is let go.
  struct handed {
    borrowing::incarnation giver{};
    borrowing::handing_number number{};
  };
  /// Takes what has come into `to`.   Shape: false where it is to be dropped: its sender is dead,
  /// or it came before.
  bool take(rpc::session_id from, const wire::payload& came, detail::payload& to, handed& by);
  bool take(rpc::session_id from, const wire::payload& came, brought_value& to, handed& by) {
    detail::payload own;
    if (!take(from, came, own, by)) return false;
    to = std::move(own);
    return true;
  }

  // Values beyond the inlining limit.

  /// Takes a value, or why it cannot be had.
  using brought_handler = std::function<void(brought_value&&, const std::exception_ptr&)>;

  /// Keeps what a task is called with as an object of its own, for those that run it, until it is
  /// freed.   Owner: `value` holds what it refers to; the rest of it is taken.
  object_id keep_arguments(written_content& content, detail::payload& value);
  void free_arguments(const object_id& arguments) { transfers_.free(arguments); }
  /// Brings them.   Shape: what they refer to is held here, by what came in the message.
  store::transfers::wait_number fetch(const object_id& arguments, brought_handler handler);
  void give_up(store::transfers::wait_number wait) { transfers_.unwant(wait); }

  /// Returns the id under which the result of an own task will be known, and keeps to it.
  object_id promise_id(const detail::cell& task);
  void forget_promise(const detail::cell& task) { promised_.erase(&task); }
  /// Says to its owner where the result of another's task lies, and hands on what it refers to.
  wire::stored_result hand_on_result(written_content& content, detail::payload& value,
                                     rpc::session_id owner);
  /// Keeps it, for its owner and whoever that sends here.
  /// Shape: after the owner has been told, which else has it let go of as what nobody knows.
  void keep_result(const object_id& result, const written_content& content) {
    transfers_.keep(result, content);
  }
  /// Brings the result of an own task, which has a handle of the caller's.
  /// Shape: `gone` is asked where no copy is left, and answers why not, or `none` and the task runs
  /// again; then this is called again, or `result_came`.
  void fetch_result(detail::cell& task, rpc::session_id from, const wire::stored_result& stored,
                    brought_handler handler, std::function<store::transfers::loss()> gone);
  /// Lets a result go that nobody waits for any more, with what it refers to.
  void pass_over(rpc::session_id from, const wire::stored_result& stored);
  /// The task ran again and its answer lies nowhere else.
  void result_came(detail::cell& task);

  /// Lets its sender go, since the references are where they belong, or are gone.
  void finish(const handed& by);

  // Of actors' handles, which are in the same book.
  /// Once, before any is handed on.   Owner: the caller.
  void keep_handles_by(actor_references& actors) noexcept { actors_ = &actors; }
  /// An own actor becomes known to others, with one hold here for all handles.
  void own_actor(const object_id& actor);
  void drop_actor(const object_id& actor);
  /// Holds an own one here again that others hold.   Shape: false where nobody does any more.
  bool hold_actor(const object_id& actor);

  /// Where other processes are reached.
  known_processes& processes() noexcept { return processes_; }

  void attend(attendant::deferred& later);
  instant due() const noexcept { return std::min(transfers_.due(), bury_at_); }
  bool has_news() const noexcept {
    return news_.load(std::memory_order_acquire) || transfers_.has_news();
  }
  /// Is no object known in more than one process, and no copy of one here?
  bool empty() const noexcept { return own_.empty() && imports_.empty() && transfers_.empty(); }

  // rpc::party
  void opened(rpc::session_id session, const rpc::peer& other) override;
  void asked(rpc::session_id session, const rpc::arrival& request) override;
  void told(rpc::session_id session, const rpc::arrival& notice) override;
  void ended(rpc::session_id session, const rpc::peer& other, rpc::session_end why) override;
  void bulk_ended(rpc::session_id session) override { transfers_.ended(session); }

  // foreign_objects
  void last_handle_gone(detail::cell& known) noexcept override;
  detail::cell* proxy_of(detail::cell& import, const detail::cell_type& type) override;
  void want(detail::cell& proxy) noexcept override;

 private:
  struct own_object;
  struct import;
  struct completion_hook;

  /// Ends a proxy that nobody has a handle of.   Thread: any.
  void let_proxy_go(detail::cell& proxy) noexcept;

  std::uint64_t engine_incarnation() const noexcept;

  // object_keeper.cpp: who holds what.
  own_object& know(detail::cell& object);
  detail::cell_ptr cell_for(const object_id& object, const std::string& owner_address,
                            borrowing::loss why);
  import& import_at(const object_id& object, const std::string& owner_address);
  bool is_held_here(const object_id& object) const;
  void see_to_handles();
  void act(borrowing::effects& what);
  void forget_own(const object_id& object);
  void forget_import(const object_id& object, borrowing::effects& out);
  void hear_of_death(std::uint64_t process);
  void bury(instant now);

  // carrying.cpp: what values refer to, as they leave and come.
  named_object name_of(detail::cell& handle);
  /// Completes a content; of the value what it refers to stays.
  void add_names(written_content& to, detail::payload& value);
  wire::carried carry(detail::cell& seen, rpc::session_id to, wire::names_notice& to_tell,
                      std::vector<object_id>& handed);
  wire::payload write_down(const detail::payload& from, rpc::session_id to,
                           std::vector<object_id>& objects);
  std::vector<referred> referred_in(rpc::session_id from, const wire::payload& came);
  std::vector<detail::cell_ptr> make_cells(const std::vector<referred>& all);
  std::string address_of(rpc::session_id from, wire::process_number owner) const;
  template <class Receive>
  bool take_references(const std::vector<referred>& came, std::vector<detail::cell_ptr>& to,
                       const Receive& receive);
  /// Takes what stands in an object's value.
  void open(const object_id& outer, const std::vector<referred>& inside,
            std::vector<detail::cell_ptr>& to);
  /// Takes what is held here already.   Shape: false where something of it is not.
  bool find_held(const std::vector<referred>& inside, std::vector<detail::cell_ptr>& to);

  // object_values.cpp
  void see_to_wanted();
  void see_to_completed();
  void see_to_written();
  /// Shape: whether it was one that is freed already; then it is gone.
  bool ends(const object_id& object);
  void write_value(own_object& object);
  void take_end(const object_id& object, const transfer_end& how);
  void take_answer(import& object, const wire::locate_reply& answer, rpc::session_id from);
  void complete(import& object, std::shared_ptr<const brought_value> value,
                std::exception_ptr failure);
  object_transfers::end_handler bringing(brought_handler handler);

  // transfer_host
  void asked_for(const object_id& object) override;
  wire::locate_reply small_answer(const object_id& object, rpc::session_id to) override;
  void copies_gone(const object_id& object) override;

  runtime_engine& engine_;
  environment& world_;
  rpc::switchboard& board_;
  name_tables& names_;
  actor_references* actors_ = nullptr;
  borrowing::reference_book book_;
  known_processes processes_;
  object_transfers transfers_;
  std::map<object_id, std::unique_ptr<own_object>> own_;
  /// Those that were freed while another thread was busy with them.
  std::map<object_id, std::unique_ptr<own_object>> ending_;
  // Asked by a cell's place, never walked through: their order decides nothing.
  std::unordered_map<const detail::cell*, object_id> ids_;
  std::map<object_id, std::unique_ptr<import>> imports_;
  std::unordered_map<const detail::cell*, object_id> promised_;
  std::map<instant, std::vector<borrowing::incarnation>> to_bury_;
  instant bury_at_ = never;
  attendant::deferred later_;

  lane::spin_lock lock_;
  lane::atomic<bool> news_{false};
  // Left by threads outside the baton.
  std::vector<detail::cell*> gone_;
  std::vector<detail::cell_ptr> wanted_;
  std::vector<object_id> completed_;
  std::vector<object_id> written_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
