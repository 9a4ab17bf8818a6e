#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"
#include "worker/borrowing/reference_book.hpp"

#include <algorithm>
#include <utility>

// What a book does with messages, and what follows from any change.
namespace rt::worker::borrowing {
inline namespace RT_LANE_VARIANT {

using entry = borrowed_object::entry;

void reference_book::take(incarnation from, const message& what, effects& out) {
  if (dead_.count(from) != 0) return;
  std::visit([&](const auto& each) { take_one(from, each, out); }, what);
}

void reference_book::take_one(incarnation from, const release_notice& told, effects& out) {
  given_handings::given* given = given_.find(from, told.number);
  if (given == nullptr) return;
  std::vector<object_id> kept;
  std::vector<object_id> released;
  for (const object_id& object : given->objects) {
    const auto held = std::find_if(told.still_held.begin(), told.still_held.end(),
                                   [&](const held_object& each) { return each.object == object; });
    if (held != told.still_held.end() && owner_of(object) != self_) {
      kept.push_back(object);
      continue;
    }
    if (held != told.still_held.end()) owned_.add_released(from, *held);
    --holds_of(object).handed;
    released.push_back(object);
  }
  given->objects = std::move(kept);
  if (given->objects.empty()) given_.erase(told.number);
  settle(std::move(released), out);
}

void reference_book::take_one(incarnation from, const add_request& asked, effects& out) {
  const owned_table::answer answer = owned_.add(from, asked);
  if (answer == owned_table::answer::none) return;
  out.letters.push_back(
      {from, add_reply{asked.object, asked.since, answer == owned_table::answer::entered}});
}

void reference_book::take_one(incarnation, const add_reply& answered, effects& out) {
  borrowed_object* borrowed = borrowed_.find(answered.object);
  if (borrowed == nullptr || borrowed->state != entry::asked) {
    RT_PROBE("reference_messages.answer_not_awaited");
    return;
  }
  // Answers an entry that we have given back since, and asked for anew.
  if (borrowed->since != answered.since && !RT_SIMBUG("borrowing.old_answer_counts")) return;
  borrowed->state = answered.known ? entry::entered : entry::none;
  if (!answered.known) {
    borrowed->why_lost = loss::freed;
    out.lost.push_back({answered.object, loss::freed});
  }
  settle({answered.object}, out);
}

void reference_book::take_one(incarnation from, const remove_notice& told, effects& out) {
  if (owned_.remove(from, told)) settle({told.object}, out);
}

void reference_book::settle(std::vector<object_id> changed, effects& out) {
  // A loop over a list, since objects hold objects to any depth.
  while (!changed.empty()) {
    const object_id object = changed.back();
    changed.pop_back();
    if (owned_.find(object) != nullptr) {
      settle_owned(object, changed, out);
    } else if (borrowed_.find(object) != nullptr) {
      settle_borrowed(object, changed, out);
    }
  }
}

void reference_book::settle_owned(const object_id& object, std::vector<object_id>& changed,
                                  effects& out) {
  if (!owned_.find(object)->may_be_freed()) return;
  out.freed.push_back(object);
  for (const object_id& inner : owned_.erase(object)) {
    if (RT_SIMBUG("borrowing.contents_stay_held")) continue;
    --holds_of(inner).contained;
    changed.push_back(inner);
  }
}

void reference_book::settle_borrowed(const object_id& object, std::vector<object_id>& changed,
                                     effects& out) {
  borrowed_object& borrowed = *borrowed_.find(object);
  if (!borrowed.settled()) return;
  if (!borrowed.here.any() && borrowed.state != entry::none) {
    out.letters.push_back({owner_of(object), remove_notice{object, borrowed.since}});
    borrowed.state = entry::none;
  }
  const std::vector<cover> covers = borrowed.covers;
  for (const cover& which : covers) {
    taken_handings::taken& taken = *taken_.find(which);
    if (!taken.due) continue;
    uncover(which, object);
    if (!taken.covered.empty()) continue;
    if (which.giver == self_) {
      --holds_of(taken.outer).opened;
      changed.push_back(taken.outer);
    } else {
      out.letters.push_back({which.giver, release_notice{which.number, {}}});
    }
    taken_.erase(which);
  }
  if (!borrowed.here.any() && borrowed.covers.empty()) borrowed_.erase(object);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::borrowing
