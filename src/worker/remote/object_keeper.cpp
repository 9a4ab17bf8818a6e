#include "worker/remote/object_keeper.hpp"

#include "lane/cell_state.hpp"
#include "worker/remote/known_objects.hpp"
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

/// Everyone alive has heard of a death by then, and has been entered for what it holds, or its session
/// with this process has ended too.
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

void keep_each_once(std::vector<object_id>& objects) {
  std::sort(objects.begin(), objects.end());
  objects.erase(std::unique(objects.begin(), objects.end()), objects.end());
}

/// What the book counts of something that is carried; null for what it does not.
const object_id* counted_in(const wire::carried& each) noexcept {
  if (const auto* reference = std::get_if<wire::reference>(&each.what)) return &reference->object;
  const auto* actor = std::get_if<wire::actor_reference>(&each.what);
  return actor != nullptr && actor->keeps_alive ? &actor->actor.object : nullptr;
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

void check_leaves(const detail::payload& value, const std::string& what) {
  std::size_t bytes = value.bytes.size();
  for (const cell_ptr& each : value.references) {
    if (detail::is_array_block(*each, 0)) {
      bytes += detail::array_bytes(*each);
    } else if (each->type->want == nullptr && !each->type->is_import &&
               each->type->write_result == nullptr && detail::wrapped_handle(*each) == nullptr) {
      throw serialization_error("a stream cannot leave the process that made it yet");
    }
  }
  if (bytes > wire::limits::inline_bytes_max) {
    throw serialization_error(what + " takes " + std::to_string(bytes) + " bytes, more than the " +
                              std::to_string(wire::limits::inline_bytes_max) +
                              " that travel between processes yet");
  }
}

object_keeper::object_keeper(runtime_engine& engine, rpc::switchboard& board, name_tables& names)
    : engine_(engine),
      world_(engine.world()),
      board_(board),
      names_(names),
      book_(borrowing::incarnation{engine.incarnation()}),
      transfers_(transfers::incarnation{engine.incarnation()}),
      lock_(engine.world()) {
  board.route({wire::message_kind::borrowing_notice, wire::message_kind::locate_request,
               wire::message_kind::copies_request, wire::message_kind::pull_request,
               wire::message_kind::free_request},
              *this);
}

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
  one.id = {engine_.incarnation(), engine_.next_id()};
  one.object = &object;
  one.held_here = true;
  detail::retain(object, detail::engine_reference);
  // Whoever hands it on has a handle, so none of this is seen too late.
  object.references.fetch_or(detail::known_elsewhere, std::memory_order_relaxed);
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

wire::carried object_keeper::carry(cell& referred, rpc::session_id to, wire::names_notice& to_tell,
                                   std::vector<object_id>& handed) {
  if (detail::is_array_block(referred, 0)) {
    return {.what = wire::array_elements{std::span<const std::byte>(
                detail::array_data(referred), detail::array_bytes(referred))}};
  }
  if (const detail::actor_handle* handle = detail::wrapped_handle(referred)) {
    const wire::actor_reference made = actors_->carry(*handle, to, to_tell);
    if (made.keeps_alive) handed.push_back(made.actor.object);
    return {.what = made};
  }
  cell& seen = referred.type->want != nullptr ? *detail::import_of(referred) : referred;
  wire::reference made;
  if (seen.type->is_import) {
    const auto& import = static_cast<const import_cell&>(seen);
    made.object = import.object;
    made.owner = names_.of(to).number_of(
        {.incarnation = import.object.incarnation, .address = import.owner_address}, to_tell);
  } else {
    made.object = know(seen).id;
  }
  handed.push_back(made.object);
  return {.what = made};
}

wire::payload object_keeper::write_down(const detail::payload& from, rpc::session_id to,
                                        std::vector<object_id>& objects) {
  wire::payload made;
  made.bytes = std::span<const std::byte>(from.bytes.data(), from.bytes.size());
  wire::names_notice to_tell;
  for (const cell_ptr& each : from.references) {
    made.carried.push_back(carry(*each, to, to_tell, objects));
  }
  if (!to_tell.processes.empty() || !to_tell.functions.empty()) {
    static_cast<void>(board_.endpoint().tell(to, to_tell));
  }
  keep_each_once(objects);
  return made;
}

wire::payload object_keeper::hand_on(const detail::payload& from, rpc::session_id to) {
  std::vector<object_id> objects;
  wire::payload made = write_down(from, to, objects);
  const std::uint64_t receiver = board_.incarnation_at(to);
  if (receiver == 0 || objects.empty()) return made;
  const borrowing::handing handing = book_.hand(borrowing::incarnation{receiver}, objects);
  made.handing = static_cast<std::uint64_t>(handing.number);
  for (wire::carried& each : made.carried) {
    const object_id* const object = counted_in(each);
    if (object == nullptr) continue;
    for (const borrowing::handed_object& told : handing.objects) {
      if (told.object == *object) each.lost = static_cast<wire::known_loss>(told.why_lost);
    }
  }
  return made;
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
  if (why != borrowing::loss::none) {
    complete(one, nullptr,
             why == borrowing::loss::owner_died
                 ? std::make_exception_ptr(owner_died_error("the process that owned the object " +
                                                            to_string(object) + " is gone"))
                 : std::make_exception_ptr(object_lost_error("the object " + to_string(object) +
                                                             " was freed by its owner")));
  }
  return made;
}

bool object_keeper::is_held_here(const object_id& object) const {
  const auto own = own_.find(object);
  const auto imported = imports_.find(object);
  return (own != own_.end() && own->second->held_here) ||
         (imported != imports_.end() && imported->second->held_here) ||
         (actors_ != nullptr && actors_->is_held_here(object));
}

void object_keeper::make_cells(rpc::session_id from, const wire::payload& came,
                               detail::payload& to) {
  for (const wire::carried& each : came.carried) {
    if (const auto* elements = std::get_if<wire::array_elements>(&each.what)) {
      cell_ptr block = detail::make_array_block(elements->bytes.size(), 1);
      if (!elements->bytes.empty()) {
        std::memcpy(detail::array_data(*block), elements->bytes.data(), elements->bytes.size());
      }
      to.references.push_back(std::move(block));
      continue;
    }
    const auto* const actor = std::get_if<wire::actor_reference>(&each.what);
    const auto& reference = actor != nullptr ? actor->actor : std::get<wire::reference>(each.what);
    const std::string where = address_of(from, reference.owner);
    addresses_.emplace(reference.object.incarnation, where);
    if (actor != nullptr) {
      to.references.push_back(
          actors_->take(from, *actor, where, static_cast<borrowing::loss>(each.lost)));
      continue;
    }
    to.references.push_back(
        cell_for(reference.object, where, static_cast<borrowing::loss>(each.lost)));
  }
}

std::string object_keeper::address_of(rpc::session_id from, wire::process_number owner) const {
  const session_names::process* const named = names_.of(from).find_process(owner);
  if (named != nullptr) return named->address;
  const rpc::peer* const other = board_.other_side(from);
  return other != nullptr && owner == 0 ? other->address : std::string();
}

template <class Receive>
bool object_keeper::take_references(rpc::session_id from, const wire::payload& came,
                                    detail::payload& to, const Receive& receive) {
  to.bytes.append(came.bytes.data(), came.bytes.size());
  if (came.carried.empty()) return true;
  std::vector<object_id> objects;
  for (const wire::carried& each : came.carried) {
    if (const object_id* const object = counted_in(each)) objects.push_back(*object);
  }
  keep_each_once(objects);
  std::vector<object_id> held_before;
  for (const object_id& each : objects) {
    if (is_held_here(each)) held_before.push_back(each);
  }
  borrowing::effects out;
  if (!objects.empty() && !receive(objects, out)) return false;
  make_cells(from, came, to);
  // One count is kept for all handles here.
  for (const object_id& each : held_before) book_.drop(each, out);
  act(out);
  return true;
}

bool object_keeper::take(rpc::session_id from, const wire::payload& came, detail::payload& to,
                         handed& by) {
  const rpc::peer* const other = board_.other_side(from);
  if (other == nullptr) return came.carried.empty();
  by = {borrowing::incarnation{other->incarnation}, borrowing::handing_number{came.handing}};
  return take_references(from, came, to,
                         [&](const std::vector<object_id>& objects, borrowing::effects& out) {
                           borrowing::handing handing{.number = by.number, .objects = {}};
                           for (const object_id& object : objects) {
                             borrowing::loss why = borrowing::loss::none;
                             for (const wire::carried& each : came.carried) {
                               const object_id* const counted = counted_in(each);
                               if (counted != nullptr && *counted == object) {
                                 why = static_cast<borrowing::loss>(each.lost);
                               }
                             }
                             handing.objects.push_back({object, why});
                           }
                           return book_.receive(by.giver, handing, out);
                         });
}

void object_keeper::open(const object_id& outer, rpc::session_id from, const wire::payload& came,
                         detail::payload& to) {
  take_references(from, came, to,
                  [&](const std::vector<object_id>& inner, borrowing::effects& out) {
                    book_.open(outer, inner, out);
                    return true;
                  });
}

void object_keeper::finish(const handed& by) {
  if (by.number == borrowing::handing_number{}) return;
  see_to_handles();
  borrowing::effects out;
  book_.finish(by.giver, by.number, out);
  act(out);
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

std::string object_keeper::address_of(std::uint64_t incarnation) const {
  const auto known = addresses_.find(incarnation);
  return known != addresses_.end() ? known->second : std::string();
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
        if (found != imports_.end() && found->second->cell == each) {
          if (found->second->held_here) book_.drop(object, out);
          if (found->second->wait != transfers::wait_number{}) {
            transfers::effects ended;
            transfers_.unwant(object, found->second->wait, world_.now(), ended);
            act(ended);
          }
          forget_handles(*each);
          detail::release(*each, detail::engine_reference);
          imports_.erase(found);
        }
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

void object_keeper::act(borrowing::effects& what) {
  for (borrowing::effects::letter& each : what.letters) {
    wire::borrowing_letter letter;
    if (const auto* release = std::get_if<borrowing::release_notice>(&each.what)) {
      wire::handing_released told{.handing = static_cast<std::uint64_t>(release->number),
                                  .still_held = {}};
      for (const borrowing::held_object& held : release->still_held) {
        told.still_held.push_back({held.object, static_cast<std::uint64_t>(held.since)});
      }
      letter.what = std::move(told);
    } else if (const auto* add = std::get_if<borrowing::add_request>(&each.what)) {
      letter.what =
          wire::borrower_added{add->object.counter, static_cast<std::uint64_t>(add->since)};
    } else if (const auto* reply = std::get_if<borrowing::add_reply>(&each.what)) {
      letter.what = wire::borrower_answered{reply->object.counter,
                                            static_cast<std::uint64_t>(reply->since), reply->known};
    } else if (const auto* removed = std::get_if<borrowing::remove_notice>(&each.what)) {
      letter.what = wire::borrower_removed{removed->object.counter,
                                           static_cast<std::uint64_t>(removed->since)};
    }
    tell(each.to, std::move(letter));
  }
  for (const object_id& each : what.freed) forget_own(each);
  for (const borrowing::effects::loss_of& each : what.lost) {
    const auto found = imports_.find(each.object);
    if (found == imports_.end()) {
      if (actors_ != nullptr) actors_->lost(each.object, each.why);
      continue;
    }
    complete(*found->second, nullptr,
             each.why == borrowing::loss::owner_died
                 ? std::make_exception_ptr(owner_died_error("the process that owned the object " +
                                                            to_string(each.object) + " is gone"))
                 : std::make_exception_ptr(
                       object_lost_error("the object " + to_string(each.object) +
                                         " was freed before its owner heard of this process")));
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
  transfers::effects out;
  transfers_.free(object, world_.now(), out);
  act(out);
  const bool fires = over->now == own_object::stage::running && !lane::take_off(freed, over->hook);
  // A hook that fires is needed until it has told of it; a value that is being written, until it is.
  if (fires || over->now == own_object::stage::writing) {
    ending_.emplace(object, std::move(over));
    return;
  }
  later_.push_back([&freed] { detail::release(freed, detail::engine_reference); });
}

void object_keeper::tell(borrowing::incarnation to, wire::borrowing_letter letter) {
  letters_[to].push_back(std::move(letter));
  const result<rpc::session_id> session = session_with(as_number(to));
  // Without one it is dead, or unreachable, which is the same to the book.
  if (!session) {
    letters_.erase(to);
    return;
  }
  wire::borrowing_notice notice{.letters = std::move(letters_[to])};
  letters_.erase(to);
  static_cast<void>(board_.endpoint().tell(*session, notice));
}

result<rpc::session_id> object_keeper::session_with(std::uint64_t incarnation) {
  return board_.reach(address_of(incarnation), incarnation, job_id{engine_.incarnation(), 0});
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

void object_keeper::ended(rpc::session_id session, const rpc::peer& other, rpc::session_end) {
  for (auto at = askers_.begin(); at != askers_.end();) {
    at = at->second.session == session ? askers_.erase(at) : std::next(at);
  }
  if (other.incarnation == 0 || other.role == wire::process_role::head) return;
  const instant now = world_.now();
  borrowing::effects out;
  book_.died(borrowing::incarnation{other.incarnation}, out);
  act(out);
  to_bury_[now + buried_after].push_back(borrowing::incarnation{other.incarnation});
  bury_at_ = to_bury_.begin()->first;
  transfers::effects moved;
  transfers_.died(transfers::incarnation{other.incarnation}, now, moved);
  act(moved);
}

void object_keeper::told(rpc::session_id session, const rpc::arrival& notice) {
  const auto* said = std::get_if<wire::borrowing_notice>(&notice.envelope.message);
  const rpc::peer* const other = board_.other_side(session);
  if (said == nullptr || other == nullptr) return;
  const borrowing::incarnation from{other->incarnation};
  addresses_.emplace(other->incarnation, other->address);
  borrowing::effects out;
  for (const wire::borrowing_letter& each : said->letters) {
    if (const auto* release = std::get_if<wire::handing_released>(&each.what)) {
      borrowing::release_notice told{.number = borrowing::handing_number{release->handing},
                                     .still_held = {}};
      for (const wire::still_held& held : release->still_held) {
        told.still_held.push_back({held.object, borrowing::generation{held.since}});
      }
      book_.take(from, told, out);
    } else if (const auto* add = std::get_if<wire::borrower_added>(&each.what)) {
      book_.take(from,
                 borrowing::add_request{{engine_.incarnation(), add->counter},
                                        borrowing::generation{add->since}},
                 out);
    } else if (const auto* reply = std::get_if<wire::borrower_answered>(&each.what)) {
      book_.take(from,
                 borrowing::add_reply{{other->incarnation, reply->counter},
                                      borrowing::generation{reply->since},
                                      reply->known},
                 out);
    } else if (const auto* removed = std::get_if<wire::borrower_removed>(&each.what)) {
      book_.take(from,
                 borrowing::remove_notice{{engine_.incarnation(), removed->counter},
                                          borrowing::generation{removed->since}},
                 out);
    }
  }
  act(out);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
