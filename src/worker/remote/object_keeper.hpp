#pragma once

#include "lane/spin_lock.hpp"
#include "rpc/switchboard.hpp"
#include "store/transfers/transfer_book.hpp"
#include "wire/messages/borrowing.hpp"
#include "wire/messages/objects.hpp"
#include "wire/payload.hpp"
#include "worker/attendant.hpp"
#include "worker/borrowing/reference_book.hpp"
#include "worker/remote/foreign_objects.hpp"
#include "worker/remote/import_cell.hpp"
#include "worker/remote/session_names.hpp"

#include <rt/core/environment.hpp>
#include <rt/core/ids.hpp>
#include <rt/detail/cell.hpp>
#include <rt/detail/payload.hpp>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

class runtime_engine;

/// Errors: `serialization_error` for a value that refers to what cannot leave its process, or that is
/// too large to travel in a message; `what` names it.   Thread: any.
void check_leaves(const detail::payload& value, const std::string& what);

/// The edge of objects that are known in more than one process: own ones that others know, and those
/// of others that are known here. Who holds what is decided by `borrowing::reference_book`, where
/// values are and how they come by `store::transfers::transfer_book`.
/// Owner: the engine and the switchboard outlive it.
/// Thread: under the baton, but for what it hears of handles.
class object_keeper final : public rpc::party, public foreign_objects {
 public:
  object_keeper(runtime_engine& engine, rpc::switchboard& board, name_tables& names);
  ~object_keeper();

  /// Makes of what an archive wrote what goes to the other side of a session, and holds for it what is
  /// referred to.   Shape: what `check_leaves` lets pass.   Owner: what is returned sees `from`.
  wire::payload hand_on(const detail::payload& from, rpc::session_id to);

  /// References that came in a payload, by which it is let go.
  struct handed {
    borrowing::incarnation giver{};
    borrowing::handing_number number{};
  };
  /// Takes what has come into `to`.   Shape: false where it is to be dropped: its sender is dead, or it
  /// came before.
  bool take(rpc::session_id from, const wire::payload& came, detail::payload& to, handed& by);
  /// Lets its sender go, since the references are where they belong, or are gone.
  void finish(const handed& by);

  void attend(attendant::deferred& later);
  instant due() const noexcept { return std::min(transfers_.due(), bury_at_); }
  bool has_news() const noexcept { return news_.load(std::memory_order_acquire); }
  /// Is no object known in more than one process?
  bool empty() const noexcept { return own_.empty() && imports_.empty(); }

  // rpc::party
  void asked(rpc::session_id session, const rpc::arrival& request) override;
  void told(rpc::session_id session, const rpc::arrival& notice) override;
  void ended(rpc::session_id session, const rpc::peer& other, rpc::session_end why) override;

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

  // References.
  own_object& know(detail::cell& object);
  detail::cell_ptr cell_for(const object_id& object, const std::string& owner_address,
                            borrowing::loss why);
  import& import_at(const object_id& object, const std::string& owner_address);
  wire::payload write_down(const detail::payload& from, rpc::session_id to,
                           std::vector<object_id>& objects);
  template <class Receive>
  bool take_references(rpc::session_id from, const wire::payload& came, detail::payload& to,
                       const Receive& receive);
  void make_cells(rpc::session_id from, const wire::payload& came, detail::payload& to);
  std::string address_of(rpc::session_id from, wire::process_number owner) const;
  /// Takes what stands in an object's value.
  void open(const object_id& outer, rpc::session_id from, const wire::payload& came,
            detail::payload& to);
  bool is_held_here(const object_id& object) const;
  wire::carried carry(detail::cell& referred, rpc::session_id to, wire::names_notice& to_tell,
                      std::vector<object_id>& handed);
  void see_to_handles();
  void act(borrowing::effects& what);
  void forget_own(const object_id& object);
  void bury(instant now);

  // Values.
  void see_to_completed();
  /// Shape: whether it was one that is freed already; then it is gone.
  bool ends(const object_id& object);
  void write_value(own_object& object);
  void act(store::transfers::effects& what);
  void send(const store::transfers::effects::letter& letter);
  void answer(const store::transfers::message& what);
  void take_locate_reply(const object_id& object, std::uint64_t number, rpc::session_id from,
                         const wire::locate_reply& reply);
  void complete(import& object, std::shared_ptr<const detail::payload> value,
                std::exception_ptr failure);

  result<rpc::session_id> session_with(std::uint64_t incarnation);

  runtime_engine& engine_;
  environment& world_;
  rpc::switchboard& board_;
  name_tables& names_;
  borrowing::reference_book book_;
  store::transfers::transfer_book transfers_;
  std::map<object_id, std::unique_ptr<own_object>> own_;
  /// Those that were freed while another thread was busy with them.
  std::map<object_id, std::unique_ptr<own_object>> ending_;
  // Asked by a cell's place, never walked through: their order decides nothing.
  std::unordered_map<const detail::cell*, object_id> ids_;
  std::map<object_id, std::unique_ptr<import>> imports_;
  /// Where processes are reached that were ever named here.
  std::map<std::uint64_t, std::string> addresses_;
  std::map<instant, std::vector<borrowing::incarnation>> to_bury_;
  instant bury_at_ = never;
  /// Requests of others that wait for an answer, by the number that the book knows.
  struct asker {
    rpc::session_id session;
    std::uint64_t request = 0;
  };
  std::map<std::uint64_t, asker> askers_;
  std::uint64_t last_asker_ = 0;
  /// What the answer that is being taken has brought.
  std::shared_ptr<const detail::payload> brought_;
  std::exception_ptr brought_failure_;
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
