#include "worker/attempts/held_slot.hpp"

namespace rt::worker::attempts {
inline namespace RT_LANE_VARIANT {

held_index held_slots::add(session_number session, slot_place place, class_number of, instant now) {
  if (unused_.empty()) {
    unused_.push_back(held_index{static_cast<std::uint32_t>(slots_.size())});
    slots_.emplace_back();
  }
  const held_index made = unused_.back();
  unused_.pop_back();
  held_slot& slot = at(made);
  slot = {};
  slot.session = session;
  slot.place = place;
  slot.of = of;
  slot.since = now;
  by_place_.emplace(std::pair{session, place}, made);
  return made;
}

void held_slots::erase(held_index which) {
  by_place_.erase({at(which).session, at(which).place});
  at(which) = {};
  unused_.push_back(which);
}

const held_index* held_slots::find(session_number session, slot_place place) const {
  const auto found = by_place_.find({session, place});
  return found == by_place_.end() ? nullptr : &found->second;
}

std::vector<held_index> held_slots::of_session(session_number session) const {
  std::vector<held_index> found;
  for (auto each = by_place_.lower_bound({session, slot_place{}});
       each != by_place_.end() && each->first.first == session; ++each) {
    found.push_back(each->second);
  }
  return found;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::attempts
