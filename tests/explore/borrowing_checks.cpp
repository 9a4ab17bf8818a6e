#include <algorithm>

#include "explore/borrowing_names.hpp"
#include "explore/borrowing_world.hpp"

// What must hold after each step.
namespace explore::borrowing {

bool world::held(const member& at, const object_id& object) const {
  const auto own = at.book.owned().objects().find(object);
  if (own != at.book.owned().objects().end()) return own->second.here.any();
  const auto borrowed = at.book.borrowed().objects().find(object);
  return borrowed != at.book.borrowed().objects().end() && borrowed->second.here.any();
}

// Tells whether someone alive keeps the object for that process: the owner has it among its
// borrowers, as far as it knows, or someone alive for whom the same is true holds it for it.
bool world::anchored(process at, const object_id& object, std::vector<process>& looked_at) const {
  const member& here = members_[at];
  if (!here.alive || !held(here, object)) return false;
  if (here.book.owned().objects().count(object) != 0) return true;
  const borrowed_object& borrowed = here.book.borrowed().objects().at(object);
  if (borrowed.why_lost != loss::none) return false;
  if (borrowed.state == borrowed_object::entry::entered) return true;
  if (std::find(looked_at.begin(), looked_at.end(), at) != looked_at.end()) return false;
  looked_at.push_back(at);
  for (const cover& each : borrowed.covers) {
    const process giver = process_of(each.giver);
    if (giver != at) {
      if (!members_[giver].alive || here.book.dead().count(each.giver) != 0) continue;
      if (giver == owner(object) || anchored(giver, object, looked_at)) return true;
      continue;
    }
    const object_id outer = here.book.taken().handings().at(each).outer;
    const process outer_owner = owner(outer);
    if (!members_[outer_owner].alive || freed_.count(outer) != 0) continue;
    std::vector<process> of_outer;
    if (!anchored(at, outer, of_outer)) continue;
    if (outer_owner == owner(object) || anchored(outer_owner, object, looked_at)) return true;
  }
  return false;
}

void world::check() {
  if (left_.buried_after_all) {
    for (member& each : members_) {
      if (!each.alive || each.book.awaits_entry()) continue;
      for (const incarnation dead : each.book.dead()) {
        each.entered_since_death.insert(process_of(dead));
      }
    }
  }
  check_counts();
  check_freed();
  if (quiet()) check_quiet();
}

void world::check_counts() {
  for (const member& here : members_) {
    const auto agrees = [&](const object_id& object, const holds& counted) {
      const auto at = here.local.find(object);
      const std::uint32_t real = at == here.local.end() ? 0 : at->second;
      require(counted.local == real, "local references to " + text_of(object) + " are miscounted");
      require(counted.contained < 1000 && counted.handed < 1000 && counted.opened < 1000,
              "a count of " + text_of(object) + " is negative");
    };
    for (const auto& [object, each] : here.book.owned().objects()) agrees(object, each.here);
    for (const auto& [object, each] : here.book.borrowed().objects()) agrees(object, each.here);
    for (const auto& [object, real] : here.local) {
      require(held(here, object), text_of(object) + " is held and not in the book");
    }
  }
}

void world::check_freed() {
  const bool strict = !somebody_died_ || left_.buried_after_all;
  for (const object_id& object : freed_) {
    if (!members_[owner(object)].alive) continue;
    for (process at = 0; at < members_.size(); ++at) {
      std::vector<process> looked_at;
      const bool wrong = strict ? held(members_[at], object) : anchored(at, object, looked_at);
      require(!wrong, text_of(object) + " is freed while " + text_of(at) + " holds it");
    }
  }
}

void world::check_quiet() {
  bool held_by_nobody = true;
  for (const member& here : members_) held_by_nobody &= here.local.empty() && here.tasks.empty();
  require(!held_by_nobody || empty(), "nobody holds anything, and a book is not empty");
  for (process at = 0; at < members_.size(); ++at) {
    const member& here = members_[at];
    if (!here.alive) continue;
    for (const auto& [object, borrowed] : here.book.borrowed().objects()) {
      const bool owner_lives = members_[owner(object)].alive;
      if (!owner_lives) {
        require(borrowed.why_lost != loss::none, text_of(object) + " is not known to be lost");
        continue;
      }
      require(borrowed.state != borrowed_object::entry::asked, "an entry is never answered");
      if (borrowed.state != borrowed_object::entry::entered) continue;
      const auto& owned = members_[owner(object)].book.owned().objects();
      const auto entry = owned.at(object).borrowers.find(name_of(at));
      require(entry != owned.at(object).borrowers.end() && entry->second == borrowed.since,
              text_of(at) + " is not entered for " + text_of(object));
    }
  }
}

void world::require(bool holds, const std::string& what) {
  if (!holds && failure_.empty()) failure_ = what;
}

}  // namespace explore::borrowing
