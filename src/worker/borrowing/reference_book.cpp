#include "worker/borrowing/reference_book.hpp"

#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"

#include <algorithm>
#include <utility>

namespace rt::worker::borrowing {
inline namespace RT_LANE_VARIANT {

using entry = borrowed_object::entry;

void reference_book::own(const object_id& object) {
  owned_.create(object);
  ++owned_.find(object)->here.local;
}

void reference_book::fill(const object_id& object, const std::vector<object_id>& contents) {
  for (const object_id& inner : contents) ++holds_of(inner).contained;
  owned_.find(object)->contents = contents;
}

void reference_book::hold(const object_id& object) { ++holds_of(object).local; }

void reference_book::drop(const object_id& object, effects& out) {
  if (!RT_SIMBUG("refcount.skip_dec")) --holds_of(object).local;
  settle({object}, out);
}

handing reference_book::hand(incarnation to, const std::vector<object_id>& objects) {
  handing made;
  if (objects.empty() || dead_.count(to) != 0) return made;
  std::vector<object_id> held;
  for (const object_id& object : objects) {
    made.objects.push_back({object, why_lost(object)});
    if (made.objects.back().why_lost != loss::none) continue;
    ++holds_of(object).handed;
    held.push_back(object);
  }
  made.number = given_.add(to, std::move(held));
  return made;
}

bool reference_book::receive(incarnation giver, const handing& handed, effects& out) {
  if (dead_.count(giver) != 0) return false;
  if (handed.number == handing_number{}) return true;
  taken_handings::taken* taken = taken_.add(giver, handed.number);
  if (taken == nullptr) return false;
  for (const handed_object& each : handed.objects) {
    borrowed_object* borrowed = receive_one(each.object, each.why_lost, out);
    if (each.why_lost != loss::none) continue;  // the giver holds nothing
    ++taken->objects_held;
    if (borrowed == nullptr || borrowed->why_lost != loss::none) continue;
    borrowed->covers.push_back({giver, handed.number});
    taken->covered.push_back(each.object);
  }
  return true;
}

void reference_book::finish(incarnation giver, handing_number number, effects& out) {
  const cover which{giver, number};
  taken_handings::taken* taken = taken_.find(which);
  if (taken == nullptr) {
    RT_PROBE("reference_book.giver_died_meanwhile");
    return;
  }
  taken->due = true;
  const std::vector<object_id> covered = taken->covered;
  const std::size_t objects_held = taken->objects_held;
  release_notice told{number, {}};
  // The release goes before the requests, which concern other processes: it rides on the reply.
  effects requests;
  for (const object_id& object : covered) {
    if (!release_one(which, object, told, requests)) told.still_held.push_back({object, {}});
  }
  const std::size_t kept = taken->covered.size();
  if (kept == 0) taken_.erase(which);
  if (RT_SIMBUG("borrowing.reply_forgets_held")) told.still_held.clear();
  if (kept < objects_held) out.letters.push_back({giver, std::move(told)});
  for (auto& letter : requests.letters) out.letters.push_back(std::move(letter));
  settle(covered, out);
}

void reference_book::open(const object_id& outer, const std::vector<object_id>& inner,
                          effects& out) {
  // What a living object of ours refers to is held by that already.
  const bool own = owned_.find(outer) != nullptr;
  std::vector<object_id> opened;
  for (const object_id& object : inner) {
    borrowed_object* borrowed = receive_one(object, loss::none, out);
    if (own || borrowed == nullptr || borrowed->settled() || !borrowed->covers.empty()) continue;
    if (borrowed->state == entry::none) ask(object, *borrowed, out);
    opened.push_back(object);
  }
  if (!opened.empty()) RT_PROBE("reference_book.opened_before_its_entry");
  if (opened.empty() || RT_SIMBUG("borrowing.opening_holds_nothing")) return;
  const cover which = taken_.open(self_, outer);
  ++holds_of(outer).opened;
  for (const object_id& object : opened) borrowed_.at(object).covers.push_back(which);
  taken_.find(which)->covered = std::move(opened);
}

void reference_book::died(incarnation process, effects& out) {
  if (!dead_.insert(process).second) return;
  std::vector<object_id> changed = borrowed_.lose_all(process);
  for (const object_id& object : changed) {
    if (borrowed_.at(object).here.any()) out.lost.push_back({object, loss::owner_died});
  }
  for (const auto& [which, taken] : taken_.erase_all(process)) {
    for (const object_id& object : taken.covered) {
      uncover(which, object);
      borrowed_object& borrowed = borrowed_.at(object);
      // Nobody else will tell the owner of us.
      if (!borrowed.settled() && borrowed.state == entry::none && borrowed.covers.empty() &&
          !RT_SIMBUG("borrowing.death_of_giver_ignored")) {
        ask(object, borrowed, out);
      }
      changed.push_back(object);
    }
  }
  settle(std::move(changed), out);
  if (RT_SIMBUG("borrowing.death_releases_handings")) release_all(process, out);
}

void reference_book::buried(incarnation process, effects& out) {
  settle(owned_.remove_all(process), out);
  release_all(process, out);
}

void reference_book::release_all(incarnation receiver, effects& out) {
  std::vector<object_id> released = given_.erase_all(receiver);
  for (const object_id& object : released) --holds_of(object).handed;
  settle(std::move(released), out);
}

bool reference_book::awaits_entry() const {
  return std::any_of(borrowed_.objects().begin(), borrowed_.objects().end(),
                     [](const auto& each) { return each.second.state == entry::asked; });
}

loss reference_book::why_lost(const object_id& object) const {
  const auto at = borrowed_.objects().find(object);
  return at == borrowed_.objects().end() ? loss::none : at->second.why_lost;
}

holds& reference_book::holds_of(const object_id& object) {
  owned_object* owned = owned_.find(object);
  return owned != nullptr ? owned->here : borrowed_.at(object).here;
}

/// Counts a local reference.   Shape: null for an object of our own.
borrowed_object* reference_book::receive_one(const object_id& object, loss told, effects& out) {
  if (owned_object* owned = owned_.find(object)) {
    ++owned->here.local;
    return nullptr;
  }
  borrowed_object& borrowed = borrowed_.at(object);
  ++borrowed.here.local;
  if (borrowed.why_lost == loss::none && borrowed.state == entry::none) {
    borrowed.why_lost = told;
    // One of our own that is not among them was freed: who handed it on was not entered in time.
    if (owner_of(object) == self_) borrowed.why_lost = loss::freed;
    if (dead_.count(owner_of(object)) != 0) {
      RT_PROBE("reference_book.came_after_its_owner_died");
      borrowed.why_lost = loss::owner_died;
    }
    if (borrowed.why_lost != loss::none) out.lost.push_back({object, borrowed.why_lost});
  }
  return &borrowed;
}

/// Looks whether the giver need not hold the object for us any longer.
bool reference_book::release_one(const cover& which, const object_id& object, release_notice& told,
                                 effects& out) {
  borrowed_object& borrowed = borrowed_.at(object);
  if (!borrowed.settled()) {
    if (owner_of(object) != which.giver) {
      if (borrowed.state == entry::none) ask(object, borrowed, out);
      if (!borrowed.settled()) return false;
    } else {
      // The owner holds it for us until it reads this, so no answer is needed.
      if (borrowed.state == entry::none) borrowed_.mint(borrowed);
      borrowed.state = entry::entered;
      told.still_held.push_back({object, borrowed.since});
    }
  }
  uncover(which, object);
  return true;
}

void reference_book::uncover(const cover& which, const object_id& object) {
  std::vector<cover>& covers = borrowed_.at(object).covers;
  covers.erase(std::find(covers.begin(), covers.end(), which));
  taken_handings::taken* taken = taken_.find(which);
  if (taken == nullptr) return;  // the giver has died
  taken->covered.erase(std::find(taken->covered.begin(), taken->covered.end(), object));
}

void reference_book::ask(const object_id& object, borrowed_object& borrowed, effects& out) {
  borrowed.state = entry::asked;
  out.letters.push_back({owner_of(object), add_request{object, borrowed_.mint(borrowed)}});
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::borrowing
