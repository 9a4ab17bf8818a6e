#include "node/lease_keeper.hpp"

#include <algorithm>
#include <utility>

// Places of actors: what they take is kept for their lives, beside the slots that are leased for tasks.

namespace rt::node {
inline namespace RT_LANE_VARIANT {

using wire::slot_place;

namespace {

/// Places have numbers of their own, above those of leases.
constexpr std::uint64_t places_from = std::uint64_t{1} << 63;

}  // namespace

void lease_keeper::ask_for_place(rpc::session_id session, std::uint64_t number,
                                 const wire::lease_request& asks) {
  const resource_set& demand = asks.demand.resources;
  const auto claim = table_.claim_of(demand);
  if (drains_) {
    asked_places_.push_back({{session, number}, demand, claim.value_or(leases::claim{})});
    return refuse_place({session, number});
  }
  if (!claim) {
    const wire::lease_reply never{
        .answer = wire::lease_infeasible{"the node has not what the actor keeps"},
        .handed_back = {}};
    static_cast<void>(board_.endpoint().answer(session, number, never));
    return;
  }
  asked_places_.push_back({{session, number}, demand, *claim});
  grant_places();
}

void lease_keeper::refuse_place(const request_key& asked) {
  const auto found = std::find_if(asked_places_.begin(), asked_places_.end(),
                                  [&](const asked_place& each) { return each.from == asked; });
  if (found == asked_places_.end()) return;
  const request_key to = found->from;
  asked_places_.erase(found);
  const wire::lease_reply refused{
      .answer = wire::lease_refused{.code = errc::unschedulable,
                                    .text = "the node drains, or the place is not wanted any more"},
      .handed_back = {}};
  static_cast<void>(board_.endpoint().answer(to.first, to.second, refused));
}

void lease_keeper::grant_places() {
  while (!asked_places_.empty() && table_.try_take(asked_places_.front().claim)) {
    asked_place next = std::move(asked_places_.front());
    asked_places_.pop_front();
    const std::uint64_t lease = places_from + ++last_place_;
    places_.emplace(slot_place{wire::lease_number{lease}, wire::slot_number{0}},
                    kept_place{next.from.first, std::move(next.demand), std::move(next.claim)});
    wire::lease_granted granted;
    granted.lease = lease;
    granted.slots.push_back({.slot = 0, .process = 0});
    static_cast<void>(board_.endpoint().answer(
        next.from.first, next.from.second,
        wire::lease_reply{.answer = std::move(granted), .handed_back = {}}));
  }
}

const resource_set* lease_keeper::demand_of_place(slot_place place) const {
  const auto found = places_.find(place);
  return found != places_.end() ? &found->second.demand : nullptr;
}

void lease_keeper::place_freed(slot_place place) {
  const auto found = places_.find(place);
  if (found == places_.end()) return;
  const leases::claim claim = std::move(found->second.claim);
  places_.erase(found);
  leases::effects out;
  table_.give_back(claim, world_.now(), out);
  act(out);
  collect();
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::node
