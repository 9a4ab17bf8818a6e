#include "worker/borrowing/borrowed_table.hpp"

#include "core/planted_bug.hpp"

#include <limits>

namespace rt::worker::borrowing {
inline namespace RT_LANE_VARIANT {

bool borrowed_object::settled() const noexcept {
  if (state == entry::asked && RT_SIMBUG("borrowing.release_before_ack")) return true;
  return !here.any() || why_lost != loss::none || state == entry::entered;
}

borrowed_object* borrowed_table::find(const object_id& object) {
  const auto at = objects_.find(object);
  return at == objects_.end() ? nullptr : &at->second;
}

generation borrowed_table::mint(borrowed_object& object) {
  newest_ = generation{static_cast<std::uint64_t>(newest_) + 1};
  object.since = newest_;
  return newest_;
}

std::vector<object_id> borrowed_table::lose_all(incarnation owner) {
  // Ids are ordered by incarnation first, so those of one owner lie together.
  constexpr std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
  const auto incarnation_word = static_cast<std::uint64_t>(owner);
  const auto end = objects_.upper_bound({incarnation_word, last});
  std::vector<object_id> lost;
  for (auto each = objects_.lower_bound({incarnation_word, 0}); each != end; ++each) {
    if (each->second.why_lost != loss::none) continue;
    each->second.why_lost = loss::owner_died;
    each->second.state = borrowed_object::entry::none;
    lost.push_back(each->first);
  }
  return lost;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::borrowing
