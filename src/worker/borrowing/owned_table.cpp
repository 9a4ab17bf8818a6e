#include "worker/borrowing/owned_table.hpp"

#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"

#include <algorithm>
#include <utility>

namespace rt::worker::borrowing {
inline namespace RT_LANE_VARIANT {

owned_object* owned_table::find(const object_id& object) {
  const auto at = objects_.find(object);
  return at == objects_.end() ? nullptr : &at->second;
}

std::vector<object_id> owned_table::erase(const object_id& object) {
  const auto at = objects_.find(object);
  std::vector<object_id> contents = std::move(at->second.contents);
  objects_.erase(at);
  return contents;
}

owned_table::answer owned_table::add(incarnation borrower, const add_request& asked) {
  generation& newest = entered_up_to_[borrower];
  if (asked.since <= newest && !RT_SIMBUG("borrowing.repeated_add_counts")) return answer::none;
  newest = std::max(newest, asked.since);
  owned_object* object = find(asked.object);
  if (object == nullptr) {
    RT_PROBE("owned_table.add_after_the_end");
    return answer::unknown;
  }
  object->borrowers[borrower] = asked.since;
  return answer::entered;
}

void owned_table::add_released(incarnation borrower, const held_object& held) {
  generation& newest = entered_up_to_[borrower];
  newest = std::max(newest, held.since);
  generation& entry = objects_.at(held.object).borrowers[borrower];
  entry = std::max(entry, held.since);
}

bool owned_table::remove(incarnation borrower, const remove_notice& told) {
  owned_object* object = find(told.object);
  if (object == nullptr) {
    RT_PROBE("owned_table.remove_after_the_end");
    return false;
  }
  const auto entry = object->borrowers.find(borrower);
  if (entry == object->borrowers.end()) return false;
  // Older than the last add: what was removed has been borrowed again since.
  if (told.since < entry->second && !RT_SIMBUG("borrowing.old_remove_counts")) return false;
  object->borrowers.erase(entry);
  return object->may_be_freed();
}

std::vector<object_id> owned_table::remove_all(incarnation borrower) {
  entered_up_to_.erase(borrower);
  std::vector<object_id> unheld;
  if (RT_SIMBUG("borrowing.death_keeps_entries")) return unheld;
  for (auto& [id, object] : objects_) {
    if (object.borrowers.erase(borrower) != 0 && object.may_be_freed()) unheld.push_back(id);
  }
  return unheld;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::borrowing
