#include "worker/remote/object_keeper.hpp"

#include "lane/cell_state.hpp"
#include "worker/remote/borrowing_letters.hpp"
#include "worker/remote/known_objects.hpp"
#include "worker/remote/object_errors.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/array_block.hpp>
#include <rt/detail/make_cell.hpp>
#include <rt/detail/proxy.hpp>

#include <cstring>
#include <mutex>
#include <utility>
#include <variant>

// References: how they leave and come, and who is told of them.

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::cell;
using detail::cell_ptr;

namespace {

namespace transfers = store::transfers;

/// Everyone alive has heard of a death by then, and has been entered for what it holds, or its
/// session with this process has ended too.
constexpr instant buried_after = 60'000'000'000;

void end_import(cell& any) noexcept { std::destroy_at(static_cast<import_cell*>(&any)); }

constexpr detail::cell_type import_type = {
    .end = &end_import,
    .is_import = true,
    .size = sizeof(import_cell),
    .alignment = alignof(import_cell),
};

std::uint64_t as_number(borrowing::incarnation process) {
  return static_cast<std::uint64_t>(process);
}

void forget_handles(cell& known) noexcept {
  known.references.fetch_and(~detail::known_elsewhere, std::memory_order_relaxed);
}

bool has_handles(const cell& known) noexcept {
  return (known.references.load(std::memory_order_acquire) & detail::handles_mask) != 0;
}

}  // namespace

void object_keeper::let_proxy_go(cell& proxy) noexcept {
  auto& import = static_cast<import_cell&>(*detail::import_of(proxy));
  {
    const std::lock_guard guard(import.lock);
    // Whoever reads a reference to the same object may have found it meanwhile.
    if (has_handles(proxy) || std::erase(import.proxies, &proxy) == 0) return;
    forget_handles(proxy);
  }
  detail::release(proxy, detail::engine_reference);
}

object_keeper::object_keeper(runtime_engine& engine, rpc::switchboard& board, name_tables& names)
    : engine_(engine),
      world_(engine.world()),
      board_(board),
      names_(names),
      book_(borrowing::incarnation{engine.incarnation()}),
      processes_(board, engine.incarnation()),
      transfers_(engine.world(), board, names, processes_, *this, engine.incarnation()),
      lock_(engine.world()) {
  board.route({wire::message_kind::borrowing_notice, wire::message_kind::locate_request,
               wire::message_kind::copies_request, wire::message_kind::pull_request,
               wire::message_kind::free_request},
              *this);
}

std::uint64_t object_keeper::engine_incarnation() const noexcept { return engine_.incarnation(); }

object_keeper::~object_keeper() {
  for (const auto& [id, each] : own_) {
    if (each->now == own_object::stage::running) lane::take_off(*each->object, each->hook);
    forget_handles(*each->object);
    detail::release(*each->object, detail::engine_reference);
  }
  for (const auto& [id, each] : imports_) {
    for (cell* proxy : std::exchange(each->cell->proxies, {})) {
      forget_handles(*proxy);
      detail::release(*proxy, detail::engine_reference);
    }
    forget_handles(*each->cell);
    detail::release(*each->cell, detail::engine_reference);
  }
  for (const auto& [id, each] : ending_) detail::release(*each->object, detail::engine_reference);
  for (cell* each : gone_) detail::release(*each, detail::engine_reference);
}

object_keeper::own_object& object_keeper::know(cell& object) {
  if (const auto known = ids_.find(&object); known != ids_.end()) return *own_.at(known->second);
  auto made = std::make_unique<own_object>();
  own_object& one = *made;
  one.id = promise_id(object);
  one.object = &object;
  one.held_here = true;
  detail::retain(object, detail::engine_reference);
  // Whoever hands it on has a handle, so none of this is seen too late.
  object.references.fetch_or(detail::known_elsewhere, std::memory_order_relaxed);
  promised_.erase(&object);
  ids_.emplace(&object, one.id);
  own_.emplace(one.id, std::move(made));
  book_.own(one.id);
  transfers_.own(one.id);
  one.hook.home = this;
  one.hook.object = one.id;
  one.hook.fire = [](detail::continuation& hung) noexcept {
    auto& hook = static_cast<completion_hook&>(hung);
    object_keeper& home = *hook.home;
    {
      const std::lock_guard guard(home.lock_);
      home.completed_.push_back(hook.object);
    }
    home.news_.store(true, std::memory_order_release);
    home.engine_.want_turn();
  };
  if (!lane::hang(object, lane::link_to(one.hook))) {
    one.now = own_object::stage::complete;
    book_.fill(one.id, {});
  }
  return one;
}

object_keeper::import& object_keeper::import_at(const object_id& object,
                                                const std::string& owner_address) {
  const auto known = imports_.find(object);
  if (known != imports_.end()) return *known->second;
  auto made = std::make_unique<import>();
  made->cell =
      detail::make_cell<import_cell>(import_type, engine_.number(), world_, object, owner_address);
  // The handle that it was made with is the caller's; the keeper has its own reference.
  detail::retain(*made->cell, detail::engine_reference);
  made->cell->references.fetch_or(detail::known_elsewhere, std::memory_order_relaxed);
  return *imports_.emplace(object, std::move(made)).first->second;
}

cell_ptr object_keeper::cell_for(const object_id& object, const std::string& owner_address,
                                 borrowing::loss why) {
  if (object.incarnation == engine_.incarnation()) {
    if (const auto known = own_.find(object); known != own_.end()) {
      own_object& mine = *known->second;
      mine.held_here = true;
      return cell_ptr::share(mine.object);
    }
    why = borrowing::loss::freed;
  }
  const bool fresh = !imports_.contains(object);
  import& one = import_at(object, owner_address);
  one.held_here = true;
  cell_ptr made = fresh ? cell_ptr::adopt(one.cell) : cell_ptr::share(one.cell);
  if (why != borrowing::loss::none) complete(one, nullptr, lost_error(object, why));
  return made;
}

bool object_keeper::is_held_here(const object_id& object) const {
  const auto own = own_.find(object);
  const auto imported = imports_.find(object);
  return (own != own_.end() && own->second->held_here) ||
         (imported != imports_.end() && imported->second->held_here) ||
         (actors_ != nullptr && actors_->is_held_here(object));
}

void object_keeper::last_handle_gone(cell& known) noexcept {
  if (known.type->want != nullptr) return let_proxy_go(known);
  detail::retain(known, detail::engine_reference);
  {
    const std::lock_guard guard(lock_);
    gone_.push_back(&known);
  }
  news_.store(true, std::memory_order_release);
  engine_.want_turn();
}

void object_keeper::own_actor(const object_id& actor) {
  book_.own(actor);
  book_.fill(actor, {});
}

void object_keeper::drop_actor(const object_id& actor) {
  borrowing::effects out;
  book_.drop(actor, out);
  act(out);
}

bool object_keeper::hold_actor(const object_id& actor) {
  if (!book_.owned().objects().contains(actor)) return false;
  book_.hold(actor);
  return true;
}

void object_keeper::see_to_handles() {
  if (actors_ != nullptr) actors_->see_to_handles();
  std::vector<cell*> gone;
  {
    const std::lock_guard guard(lock_);
    gone.swap(gone_);
  }
  borrowing::effects out;
  for (cell* each : gone) {
    if (!has_handles(*each)) {
      if (each->type->is_import) {
        const object_id object = static_cast<import_cell*>(each)->object;
        const auto found = imports_.find(object);
        if (found != imports_.end() && found->second->cell == each) forget_import(object, out);
      } else if (const auto id = ids_.find(each); id != ids_.end()) {
        own_object& mine = *own_.at(id->second);
        if (std::exchange(mine.held_here, false)) book_.drop(mine.id, out);
      }
    }
    // The user's destructors are not run under the baton.
    later_.push_back([each] { detail::release(*each, detail::engine_reference); });
  }
  act(out);
}

void object_keeper::forget_import(const object_id& object, borrowing::effects& out) {
  const auto found = imports_.find(object);
  import& over = *found->second;
  if (over.held_here) book_.drop(object, out);
  // A copy stays until its owner frees it: it may have become the last.
  if (over.wait != transfers::wait_number{}) transfers_.unwant(over.wait);
  forget_handles(*over.cell);
  detail::release(*over.cell, detail::engine_reference);
  imports_.erase(found);
}

void object_keeper::act(borrowing::effects& what) {
  for (const borrowing::effects::letter& each : what.letters) {
    const result<rpc::session_id> session = processes_.session_with(as_number(each.to));
    // Without one it is dead, or unreachable, which is the same to the book.
    if (!session) continue;
    wire::borrowing_notice notice;
    notice.letters.push_back(to_wire(each.what));
    static_cast<void>(board_.endpoint().tell(*session, notice));
  }
  for (const object_id& each : what.freed) forget_own(each);
  for (const borrowing::effects::loss_of& each : what.lost) {
    const auto found = imports_.find(each.object);
    if (found == imports_.end()) {
      if (actors_ != nullptr) actors_->lost(each.object, each.why);
      continue;
    }
    complete(*found->second, nullptr, lost_error(each.object, each.why));
  }
}

void object_keeper::forget_own(const object_id& object) {
  const auto found = own_.find(object);
  if (found == own_.end()) {
    if (actors_ != nullptr) actors_->freed(object);
    return;
  }
  std::unique_ptr<own_object> over = std::move(found->second);
  own_.erase(found);
  ids_.erase(over->object);
  cell& freed = *over->object;
  forget_handles(freed);
  transfers_.free(object);
  const bool fires = over->now == own_object::stage::running && !lane::take_off(freed, over->hook);
  // A hook that fires is needed until it has told of it; a value that is being written, until it
  // is.
  if (fires || over->now == own_object::stage::writing) {
    ending_.emplace(object, std::move(over));
    return;
  }
  later_.push_back([&freed] { detail::release(freed, detail::engine_reference); });
}

void object_keeper::bury(instant now) {
  borrowing::effects out;
  while (!to_bury_.empty() && to_bury_.begin()->first <= now) {
    for (const borrowing::incarnation each : to_bury_.begin()->second) book_.buried(each, out);
    to_bury_.erase(to_bury_.begin());
  }
  bury_at_ = to_bury_.empty() ? never : to_bury_.begin()->first;
  act(out);
}

void object_keeper::opened(rpc::session_id, const rpc::peer& other) {
  // Also of one that has said nothing yet: it is named to others, who are to reach it.
  processes_.learn(other.incarnation, other.address);
}

void object_keeper::ended(rpc::session_id session, const rpc::peer& other, rpc::session_end) {
  transfers_.ended(session);
  if (other.incarnation == 0 || other.role == wire::process_role::head) return;
  hear_of_death(other.incarnation);
}

void object_keeper::hear_of_death(std::uint64_t process) {
  const borrowing::incarnation dead{process};
  if (book_.dead().contains(dead)) return;
  borrowing::effects out;
  book_.died(dead, out);
  act(out);
  to_bury_[world_.now() + buried_after].push_back(dead);
  bury_at_ = to_bury_.begin()->first;
  transfers_.died(process);
}

void object_keeper::told(rpc::session_id session, const rpc::arrival& notice) {
  const auto* said = std::get_if<wire::borrowing_notice>(&notice.envelope.message);
  const rpc::peer* const other = board_.other_side(session);
  if (said == nullptr || other == nullptr) return;
  const borrowing::incarnation from{other->incarnation};
  borrowing::effects out;
  for (const wire::borrowing_letter& each : said->letters) {
    book_.take(from, from_wire(each, from, book_.self()), out);
  }
  act(out);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
