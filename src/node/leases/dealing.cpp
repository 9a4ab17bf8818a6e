#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"
#include "node/leases/lease_table.hpp"

#include <algorithm>
#include <utility>

// How amounts are dealt out among owners, and called back from those that have more than others.
namespace rt::node::leases {
inline namespace RT_LANE_VARIANT {

void lease_table::collect_owed() {
  std::erase_if(owed_, [this](const claim& each) { return pool_.take(each); });
}

void lease_table::recall_owed(instant now, effects& out) {
  collect_owed();
  std::size_t coming = 0;
  for (const auto& [number, each] : leases_) {
    for (const leased_slot& slot : each.slots) coming += slot.where != leased_slot::state::held;
  }
  if (coming < owed_.size()) recall_newest(now, out);
}

void lease_table::recall_newest(instant now, effects& out) {
  slot_place newest;
  leased_slot* found = nullptr;
  for (auto& [number, each] : leases_) {
    for (leased_slot& slot : each.slots) {
      if (slot.where != leased_slot::state::held) continue;
      if (found != nullptr && slot.since < found->since) continue;
      found = &slot;
      newest = {number, slot.number};
    }
  }
  if (found == nullptr) return;
  RT_PROBE("dealing.recalled_for_what_is_owed");
  recall(newest, *found, now, out);
}

void lease_table::deal(instant now, effects& out) {
  collect_owed();
  if (draining_ || waiting_.empty()) return;
  std::vector<std::uint32_t> slots(waiting_.size(), 0);
  std::map<session_number, std::size_t> held;
  for (const waiting_request& each : waiting_) held.emplace(each.from, held_by(each.from));
  while (const std::optional<std::size_t> next = next_to_grant(slots, held)) {
    pool_.take(waiting_[*next].each);
    ++slots[*next];
    ++held[waiting_[*next].from];
  }
  bool later_granted = false;
  for (std::size_t i = waiting_.size(); i-- != 0;) {
    if (slots[i] != 0) {
      later_granted = true;
    } else if (later_granted) {
      ++waiting_[i].passed_over;
    }
  }
  for (std::size_t i = 0, at = 0; i != slots.size(); ++i) {
    if (slots[i] == 0) {
      ++at;
    } else {
      grant(waiting_.begin() + static_cast<std::ptrdiff_t>(at), slots[i], now, out);
    }
  }
}

/// Picks the request that gets the next slot: of those that fit the one whose owner holds least,
/// the earliest of these.
std::optional<std::size_t> lease_table::next_to_grant(
    const std::vector<std::uint32_t>& slots,
    const std::map<session_number, std::size_t>& held) const {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i != waiting_.size(); ++i) {
    const waiting_request& each = waiting_[i];
    if (each.never_here || slots[i] >= each.slots_wanted) continue;
    if (!pool_.fits(each.each)) {
      if (slots[i] == 0 && each.passed_over >= options_.passed_over_max) break;
      continue;
    }
    if (!found || held.at(each.from) < held.at(waiting_[*found].from)) found = i;
  }
  return found;
}

/// Grants slots whose amounts are taken already.
void lease_table::grant(waiting_iterator asked, std::uint32_t slots, instant now, effects& out) {
  newest_ = lease_number{static_cast<std::uint64_t>(newest_) + 1};
  lease made{asked->from, asked->each, {}};
  granted told;
  told.lease = newest_;
  for (std::uint32_t i = 0; i != slots; ++i) {
    const slot_number number{i};
    made.slots.push_back({number, leased_slot::state::held, now});
    told.slots.push_back({number, {}});
  }
  leases_.emplace(newest_, std::move(made));
  std::vector<owner_index> handed_back;
  std::size_t taken = 0;
  for (const carried_task& each : asked->carried) {
    const std::size_t in_front = taken / slots;
    const bool room = in_front == 0 || (!each.never_twice && in_front < options_.carried_max);
    if (!room) {
      RT_PROBE("dealing.carried_more_than_fits");
      handed_back.push_back(each.name.task);
    }
    if (room || RT_SIMBUG("hand_back.kept")) told.slots[taken++ % slots].tasks.push_back(each.name);
  }
  answer(asked, std::move(told), std::move(handed_back), out);
}

std::size_t lease_table::held_by(session_number owner) const {
  std::size_t slots = 0;
  for (const auto& [number, each] : leases_) {
    if (each.owner == owner) slots += each.slots.size();
  }
  return slots;
}

void lease_table::look(instant now, effects& out) {
  while (const std::optional<planned> next = next_recall()) {
    if (next->at > now) break;
    RT_PROBE("dealing.recalled_for_another");
    recall(next->slot, *find(next->slot), now, out);
  }
  for (auto& [number, each] : leases_) {
    for (leased_slot& slot : each.slots) {
      if (slot.where == leased_slot::state::recalled && closed_at(slot) <= now) {
        RT_PROBE("dealing.recall_had_no_answer");
        close(number, &slot, out);
      }
    }
  }
}

instant lease_table::next_look() const {
  const std::optional<planned> next = next_recall();
  instant earliest = next ? next->at : never;
  for (const auto& [number, each] : leases_) {
    for (const leased_slot& slot : each.slots) {
      if (slot.where == leased_slot::state::recalled)
        earliest = std::min(earliest, closed_at(slot));
    }
  }
  return earliest;
}

/// Picks the slot that is to be recalled next: while more requests wait than slots are on their way
/// back, that which was held longest by the owner who holds most, more than its share, and is not
/// the one who waits.
std::optional<lease_table::planned> lease_table::next_recall() const {
  std::map<session_number, std::size_t> held;
  std::size_t all = 0;
  std::size_t coming = 0;
  for (const auto& [number, each] : leases_) {
    for (const leased_slot& slot : each.slots) {
      const bool comes = slot.where != leased_slot::state::held;
      (comes ? coming : held[each.owner]) += 1;
      all += 1;
    }
  }
  std::size_t wanted = 0;
  for (const waiting_request& each : waiting_) {
    if (each.never_here) continue;
    held.emplace(each.from, 0);
    ++wanted;
  }
  if (coming >= wanted) return {};
  const auto waits_for = [this](session_number owner) {
    return std::any_of(waiting_.begin(), waiting_.end(), [owner](const waiting_request& each) {
      return !each.never_here && each.from != owner;
    });
  };
  const auto most = std::max_element(
      held.begin(), held.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most->second <= all / held.size() || !waits_for(most->first)) return {};
  std::optional<planned> found;
  for (const auto& [number, each] : leases_) {
    if (each.owner != most->first) continue;
    for (const leased_slot& slot : each.slots) {
      const planned here{{number, slot.number}, slot.since + options_.hold_for.count()};
      if (slot.where == leased_slot::state::held && (!found || here.at < found->at)) found = here;
    }
  }
  return found;
}

void lease_table::recall(slot_place which, leased_slot& slot, instant now, effects& out) {
  slot.where = leased_slot::state::recalled;
  slot.since = now;
  out.recalls.push_back({leases_.at(which.lease).owner, which});
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::node::leases
