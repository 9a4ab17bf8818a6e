#include "node/leases/lease_table.hpp"

#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"

#include <algorithm>
#include <utility>

// What owners, slots and this process ask of the table. How it deals out is in dealing.cpp.
namespace rt::node::leases {
inline namespace RT_LANE_VARIANT {

void lease_table::ask(const lease_request& asked, instant now, effects& out) {
  const std::optional<claim> each = pool_.claim_of(asked.demand);
  waiting_request made;
  made.from = asked.from;
  made.number = asked.number;
  made.never_here = !each;
  if (each) made.each = *each;
  made.slots_wanted = std::max(asked.slots_wanted, 1U);
  made.carried = asked.carried;
  waiting_.push_back(std::move(made));
  if (draining_) {
    answer(std::prev(waiting_.end()), refused{refused::reason::draining}, {}, out);
    return;
  }
  deal(now, out);
  if (RT_BUGGIFY("lease_table.recalled_early")) recall_first(now, out);
  if (find(asked.from, asked.number) == waiting_.end()) return;
  if (!each || asked.hops < options_.hops_max) {
    out.questions.push_back({asked.from, asked.number, !each});
  }
}

void lease_table::recall_first(instant now, effects& out) {
  for (auto& [number, each] : leases_) {
    for (leased_slot& slot : each.slots) {
      if (slot.where != leased_slot::state::held) continue;
      return recall({number, slot.number}, slot, now, out);
    }
  }
}

void lease_table::withdraw(session_number from, request_number request, instant now, effects& out) {
  const auto found = find(from, request);
  if (found == waiting_.end()) {
    RT_PROBE("lease_table.withdrawn_too_late");
    return;
  }
  answer(found, refused{refused::reason::withdrawn}, {}, out);
  deal(now, out);
}

bool lease_table::cancel(session_number from, const attempt_name& task, effects& out) {
  for (waiting_request& each : waiting_) {
    if (each.from != from) continue;
    const auto found =
        std::find_if(each.carried.begin(), each.carried.end(),
                     [&](const carried_task& carried) { return carried.name == task; });
    if (found == each.carried.end()) continue;
    RT_PROBE("lease_table.cancelled_while_carried");
    each.carried.erase(found);
    out.cancellations.push_back({from, task});
    return true;
  }
  return false;
}

void lease_table::spill(session_number from, request_number request, node_id to, instant now,
                        effects& out) {
  const auto found = find(from, request);
  if (found == waiting_.end()) return;
  answer(found, spillback{to}, {}, out);
  deal(now, out);
}

void lease_table::others_changed(effects& out) const {
  if (RT_SIMBUG("request.stays_where_asked")) return;
  for (const waiting_request& each : waiting_) {
    out.questions.push_back({each.from, each.number, each.never_here});
  }
}

void lease_table::no_node(session_number from, request_number request, effects& out) {
  const auto found = find(from, request);
  if (found == waiting_.end() || !found->never_here) return;
  answer(found, infeasible{}, {}, out);
}

void lease_table::returned(session_number from, slot_place slot, effects& out) {
  const auto found = leases_.find(slot.lease);
  if (found == leases_.end() || found->second.owner != from) {
    RT_PROBE("lease_table.returned_after_its_end");
    return;
  }
  close(slot.lease, find(slot), out);
}

void lease_table::freed(slot_place slot, instant now, effects& out) {
  erase(slot, true);
  deal(now, out);
}

void lease_table::process_died(slot_place slot, instant now, effects& out) {
  erase(slot, !RT_SIMBUG("quota.leak_on_error"));
  deal(now, out);
}

void lease_table::session_ended(session_number owner, instant now, effects& out) {
  if (std::erase_if(waiting_,
                    [owner](const waiting_request& each) { return each.from == owner; }) != 0) {
    RT_PROBE("lease_table.session_lost_with_a_request");
  }
  if (!RT_SIMBUG("lease.leak_on_session_end")) {
    for (auto& [number, each] : leases_) {
      if (each.owner != owner) continue;
      RT_PROBE("lease_table.session_lost_with_a_lease");
      for (leased_slot& slot : each.slots) close(number, &slot, out);
    }
  }
  deal(now, out);
}

void lease_table::drain(instant now, effects& out) {
  draining_ = true;
  while (!waiting_.empty()) {
    RT_PROBE("lease_table.drained_with_a_request");
    answer(waiting_.begin(), refused{refused::reason::draining}, {}, out);
  }
  for (auto& [number, each] : leases_) {
    for (leased_slot& slot : each.slots) {
      if (slot.where == leased_slot::state::held) recall({number, slot.number}, slot, now, out);
    }
  }
}

void lease_table::give_back(const claim& taken, instant now, effects& out) {
  pool_.give(taken);
  deal(now, out);
}

bool lease_table::others_wait() const noexcept {
  return std::any_of(waiting_.begin(), waiting_.end(),
                     [](const waiting_request& each) { return !each.never_here; });
}

lease_table::waiting_iterator lease_table::find(session_number from, request_number request) {
  return std::find_if(waiting_.begin(), waiting_.end(), [&](const waiting_request& each) {
    return each.from == from && each.number == request;
  });
}

leased_slot* lease_table::find(slot_place slot) {
  const auto found = leases_.find(slot.lease);
  if (found == leases_.end()) return nullptr;
  for (leased_slot& each : found->second.slots) {
    if (each.number == slot.slot) return &each;
  }
  return nullptr;
}

/// Answers a request and forgets it.   Shape: with `granted` go those it has no room for, else all.
void lease_table::answer(waiting_iterator which, reply_kind what,
                         std::vector<owner_index> handed_back, effects& out) {
  if (!std::holds_alternative<granted>(what)) {
    for (const carried_task& each : which->carried) handed_back.push_back(each.name.task);
  }
  out.replies.push_back({which->from, which->number, std::move(what), std::move(handed_back)});
  waiting_.erase(which);
}

void lease_table::close(lease_number lease, leased_slot* slot, effects& out) {
  if (slot == nullptr || slot->where == leased_slot::state::closing) return;
  slot->where = leased_slot::state::closing;
  out.closes.push_back({lease, slot->number});
}

void lease_table::erase(slot_place slot, bool give) {
  const leased_slot* gone = find(slot);
  if (gone == nullptr) return;
  lease& from = leases_.at(slot.lease);
  if (give) pool_.give(from.each);
  from.slots.erase(from.slots.begin() + (gone - from.slots.data()));
  if (from.slots.empty()) leases_.erase(slot.lease);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::node::leases
