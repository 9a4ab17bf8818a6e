#include "worker/remote/actor_classes.hpp"
#include "worker/remote/known_objects.hpp"
#include "worker/remote/object_keeper.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/actor_handle.hpp>
#include <rt/detail/array_block.hpp>
#include <rt/detail/proxy.hpp>

#include <algorithm>
#include <cstring>
#include <utility>
#include <variant>

// Payloads on their way: what they refer to as it leaves, and as it comes.

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::cell;
using detail::cell_ptr;

namespace {

void keep_each_once(std::vector<object_id>& objects) {
  std::sort(objects.begin(), objects.end());
  objects.erase(std::unique(objects.begin(), objects.end()), objects.end());
}

/// The objects among what is referred to, each once.
std::vector<object_id> ids_in(const std::vector<referred>& all) {
  std::vector<object_id> objects;
  for (const referred& each : all) {
    const auto* name = std::get_if<named_object>(&each);
    if (name != nullptr && name->counted()) objects.push_back(name->object);
  }
  keep_each_once(objects);
  return objects;
}

borrowing::loss loss_told(const std::vector<referred>& all, const object_id& object) {
  borrowing::loss why = borrowing::loss::none;
  for (const referred& each : all) {
    const auto* name = std::get_if<named_object>(&each);
    if (name != nullptr && name->counted() && name->object == object) why = name->lost;
  }
  return why;
}

/// What the book counts of something that is carried; null for what it does not.
const object_id* counted_in(const wire::carried& each) noexcept {
  if (const auto* reference = std::get_if<wire::reference>(&each.what)) return &reference->object;
  const auto* actor = std::get_if<wire::actor_reference>(&each.what);
  return actor != nullptr && actor->keeps_alive ? &actor->actor.object : nullptr;
}

}  // namespace

std::size_t check_can_leave(const detail::payload& value) {
  std::size_t bytes = value.bytes.size();
  for (const cell_ptr& each : value.references) {
    if (detail::is_array_block(*each, 0)) {
      bytes += detail::array_bytes(*each);
    } else if (each->type->want == nullptr && !each->type->is_import &&
               each->type->write_result == nullptr && detail::wrapped_handle(*each) == nullptr) {
      throw serialization_error("a stream cannot leave the process that made it yet");
    }
  }
  return bytes;
}

void check_leaves(const detail::payload& value, const std::string& what) {
  const std::size_t bytes = check_can_leave(value);
  if (bytes > wire::limits::inline_bytes_max) {
    throw serialization_error(what + " takes " + std::to_string(bytes) + " bytes, more than the " +
                              std::to_string(wire::limits::inline_bytes_max) +
                              " that travel in a message");
  }
}

wire::carried object_keeper::carry(cell& seen, rpc::session_id to, wire::names_notice& to_tell,
                                   std::vector<object_id>& handed) {
  if (detail::is_array_block(seen, 0)) {
    return {.what = wire::array_elements{
                std::span<const std::byte>(detail::array_data(seen), detail::array_bytes(seen))}};
  }
  const named_object name = name_of(seen);
  wire::reference made;
  made.object = name.object;
  if (name.object.incarnation != engine_.incarnation() && !(name.handle && name.handle->detached)) {
    made.owner = names_.of(to).number_of(
        {.incarnation = name.object.incarnation, .address = name.owner_address}, to_tell);
  }
  if (name.counted()) handed.push_back(made.object);
  if (!name.handle) return {.what = made};
  return {.what = wire::actor_reference{
              .actor = made,
              .of_class = names_.of(to).number_of(*name.handle->of_class, to_tell),
              .keeps_alive = name.handle->keeps_alive,
              .detached = name.handle->detached}};
}

named_object object_keeper::name_of(cell& handle) {
  if (const detail::actor_handle* actor = detail::wrapped_handle(handle)) {
    return actors_->name_of(*actor);
  }
  cell& seen = handle.type->want != nullptr ? *detail::import_of(handle) : handle;
  if (!seen.type->is_import) {
    return {.object = know(seen).id, .owner_address = processes_.address_of(engine_.incarnation())};
  }
  const auto& import = static_cast<const import_cell&>(seen);
  return {.object = import.object, .owner_address = import.owner_address};
}

void object_keeper::add_names(written_content& to, detail::payload& value) {
  std::erase_if(value.references,
                [](const cell_ptr& each) { return detail::is_array_block(*each, 0); });
  for (const cell_ptr& each : value.references) to.add_name(name_of(*each));
  value.bytes = {};
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

std::vector<referred> object_keeper::referred_in(rpc::session_id from, const wire::payload& came) {
  std::vector<referred> made;
  for (const wire::carried& each : came.carried) {
    if (const auto* elements = std::get_if<wire::array_elements>(&each.what)) {
      cell_ptr block = detail::make_array_block(elements->bytes.size(), 1);
      if (!elements->bytes.empty()) {
        std::memcpy(detail::array_data(*block), elements->bytes.data(), elements->bytes.size());
      }
      made.emplace_back(std::move(block));
      continue;
    }
    const auto* const actor = std::get_if<wire::actor_reference>(&each.what);
    const auto& reference = actor != nullptr ? actor->actor : std::get<wire::reference>(each.what);
    named_object name{.object = reference.object,
                      .owner_address = address_of(from, reference.owner),
                      .lost = static_cast<borrowing::loss>(each.lost)};
    if (actor != nullptr) {
      const auto* told = names_.of(from).find_function(actor->of_class);
      const bool known = told != nullptr && told->of_actors != nullptr;
      name.handle = {.of_class = known ? told->of_actors : &unknown_class(),
                     .keeps_alive = actor->keeps_alive && !actor->detached,
                     .detached = actor->detached};
      // A detached one is nobody's but the head's.
      if (actor->detached) name.owner_address.clear();
    }
    made.emplace_back(std::move(name));
  }
  return made;
}

std::vector<cell_ptr> object_keeper::make_cells(const std::vector<referred>& all) {
  std::vector<cell_ptr> made;
  for (const referred& each : all) {
    if (const auto* array = std::get_if<cell_ptr>(&each)) {
      made.push_back(*array);
      continue;
    }
    const auto& name = std::get<named_object>(each);
    processes_.learn(name.object.incarnation, name.owner_address);
    made.push_back(name.handle ? actors_->take(name)
                               : cell_for(name.object, name.owner_address, name.lost));
  }
  return made;
}

std::string object_keeper::address_of(rpc::session_id from, wire::process_number owner) const {
  const session_names::process* const named = names_.of(from).find_process(owner);
  if (named != nullptr) return named->address;
  const rpc::peer* const other = board_.other_side(from);
  return other != nullptr && owner == 0 ? other->address : std::string();
}

template <class Receive>
bool object_keeper::take_references(const std::vector<referred>& came, std::vector<cell_ptr>& to,
                                    const Receive& receive) {
  const std::vector<object_id> objects = ids_in(came);
  std::vector<object_id> held_before;
  for (const object_id& each : objects) {
    if (is_held_here(each)) held_before.push_back(each);
  }
  borrowing::effects out;
  if (!objects.empty() && !receive(objects, out)) return false;
  to = make_cells(came);
  // One count is kept for all handles here.
  for (const object_id& each : held_before) book_.drop(each, out);
  act(out);
  return true;
}

bool object_keeper::take(rpc::session_id from, const wire::payload& came, detail::payload& to,
                         handed& by) {
  to.bytes.append(came.bytes.data(), came.bytes.size());
  if (came.carried.empty()) return true;
  const rpc::peer* const other = board_.other_side(from);
  if (other == nullptr) return false;
  by = {borrowing::incarnation{other->incarnation}, borrowing::handing_number{came.handing}};
  const std::vector<referred> all = referred_in(from, came);
  return take_references(all, to.references,
                         [&](const std::vector<object_id>& objects, borrowing::effects& out) {
                           borrowing::handing handing{.number = by.number, .objects = {}};
                           for (const object_id& object : objects) {
                             handing.objects.push_back({object, loss_told(all, object)});
                           }
                           return book_.receive(by.giver, handing, out);
                         });
}

void object_keeper::open(const object_id& outer, const std::vector<referred>& inside,
                         std::vector<cell_ptr>& to) {
  take_references(inside, to, [&](const std::vector<object_id>& inner, borrowing::effects& out) {
    book_.open(outer, inner, out);
    return true;
  });
}

bool object_keeper::find_held(const std::vector<referred>& inside, std::vector<cell_ptr>& to) {
  const std::vector<object_id> objects = ids_in(inside);
  if (!std::all_of(objects.begin(), objects.end(),
                   [&](const object_id& each) { return is_held_here(each); })) {
    return false;
  }
  to = make_cells(inside);
  return true;
}

void object_keeper::finish(const handed& by) {
  if (by.number == borrowing::handing_number{}) return;
  see_to_handles();
  borrowing::effects out;
  book_.finish(by.giver, by.number, out);
  act(out);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
