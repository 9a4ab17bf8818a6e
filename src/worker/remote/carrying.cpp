#include "worker/remote/known_objects.hpp"
#include "worker/remote/object_keeper.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
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

}  // namespace

void check_leaves(const detail::payload& value, const std::string& what) {
  std::size_t bytes = value.bytes.size();
  for (const cell_ptr& each : value.references) {
    if (detail::is_array_block(*each, 0)) {
      bytes += detail::array_bytes(*each);
    } else if (each->type->want == nullptr && !each->type->is_import &&
               each->type->write_result == nullptr) {
      throw serialization_error(
          "a handle to an actor, or a stream, cannot leave the process that made it yet");
    }
  }
  if (bytes > wire::limits::inline_bytes_max) {
    throw serialization_error(what + " takes " + std::to_string(bytes) + " bytes, more than the " +
                              std::to_string(wire::limits::inline_bytes_max) +
                              " that travel between processes yet");
  }
}

wire::carried object_keeper::carry(cell& referred, rpc::session_id to, wire::names_notice& to_tell,
                                   std::vector<object_id>& handed) {
  if (detail::is_array_block(referred, 0)) {
    return {.what = wire::array_elements{std::span<const std::byte>(
                detail::array_data(referred), detail::array_bytes(referred))}};
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
  if (!to_tell.processes.empty()) static_cast<void>(board_.endpoint().tell(to, to_tell));
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
    const auto* reference = std::get_if<wire::reference>(&each.what);
    if (reference == nullptr) continue;
    for (const borrowing::handed_object& told : handing.objects) {
      if (told.object == reference->object)
        each.lost = static_cast<wire::known_loss>(told.why_lost);
    }
  }
  return made;
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
    const auto& reference = std::get<wire::reference>(each.what);
    const std::string where = address_of(from, reference.owner);
    addresses_.emplace(reference.object.incarnation, where);
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
    const auto* reference = std::get_if<wire::reference>(&each.what);
    if (reference != nullptr) objects.push_back(reference->object);
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
                               const auto* reference = std::get_if<wire::reference>(&each.what);
                               if (reference != nullptr && reference->object == object) {
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

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
