#include <utility>

#include "explore/calls_world.hpp"

// What the edge of the owner does, and a head and nodes that answer when they like.
namespace explore::calls {

using kind = letter::kind;

void world::take_ended(session_number from, const letter& arrived) {
  using reason = hosting::end_reason;
  owning::death_cause why = owning::death_cause::process_died;
  switch (static_cast<reason>(arrived.detail)) {
    case reason::finished: why = owning::death_cause::no_handles; break;
    case reason::exited: why = owning::death_cause::exited; break;
    case reason::killed: why = owning::death_cause::killed; break;
    case reason::process_died: break;
    case reason::constructor_threw:
    case reason::owner_died: require(false, "an owner hears of an end that is not told"); break;
  }
  owning::effects out;
  sides_[0].owned.ended(from, actor_, arrived.epoch, why, now_, out);
  settle_owner(out);
}

void world::place(process at) {
  const epoch_number epoch = *std::exchange(placing_, {});
  const slot_place found{rt::wire::lease_number{static_cast<std::uint64_t>(epoch)}, {}};
  places_.insert({at, static_cast<std::uint64_t>(epoch)});
  owning::effects out;
  sides_[0].owned.placed(actor_, epoch, session(at), found, out);
  settle_owner(out);
}

void world::settle_owner(const owning::effects& out) {
  if (!sides_[0].alive) return;
  for (const owning::effects::registration& each : out.registrations) {
    registering_ = each.epoch;
  }
  for (const owning::effects::place_question& each : out.place_questions) {
    require(!placing_, "a place is asked for twice");
    placing_ = each.epoch;
  }
  for (const owning::effects::place_question& each : out.place_withdrawals) {
    require(placing_ == each.epoch, "a place is withdrawn that was not asked for");
    placing_.reset();
  }
  for (const owning::effects::create& each : out.creates) {
    if (each.restarts > restarts_) restarts_ = static_cast<unsigned>(each.restarts);
    require(each.restarts <= static_cast<unsigned>(left_.max_restarts) || left_.max_restarts < 0,
            "the actor restarts too often");
    require(each.restarts <= left_.restarts_max, "the actor restarts too often in its time");
    send(0, behind(each.to), {kind::create, each.epoch, 0, {}, {}, {}});
  }
  for (const owning::effects::kill& each : out.kills) {
    send(0, behind(each.to), {kind::end_life, each.epoch, each.after_calls, {}, {}, {}});
  }
  for (const owning::effects::give_back& each : out.given_back) {
    const auto lease = static_cast<std::uint64_t>(each.place.lease);
    require(places_.erase({behind(each.to), lease}) == 1, "a place is given back twice");
  }
  for (const owning::effects::reply& each : out.replies) {
    send(0, behind(each.to), {kind::standing, {}, 1, {}, {}, each.how});
  }
  for (const owning::effects::notice& each : out.notices) {
    send(0, behind(each.to), {kind::standing, {}, 0, {}, {}, each.how});
  }
}

}  // namespace explore::calls
