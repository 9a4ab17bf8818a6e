#include "rpc/switchboard.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/fault_site.hpp"

namespace rt::rpc {
inline namespace RT_LANE_VARIANT {

void switchboard::route(std::initializer_list<wire::message_kind> kinds, party& to) {
  for (const wire::message_kind each : kinds) routes_.emplace(each, &to);
  if (std::find(parties_.begin(), parties_.end(), &to) == parties_.end()) parties_.push_back(&to);
}

result<session_id> switchboard::reach(const std::string& address, std::uint64_t incarnation,
                                      job_id job) {
  if (incarnation != 0 && dead_.contains(incarnation)) {
    return error_info{.code = errc::connection,
                      .outcome = outcome::not_started,
                      .message = "the process at " + address + " is dead"};
  }
  for (const auto& [session, line] : lines_) {
    if (!line.other.only) continue;
    // Whoever has begun it: what two processes say to each other has one order. Of two processes that had an
    // address one after the other it is not known here which came first: each has a session of its own, and
    // the one that is no more is refused by whoever is there.
    const bool same = incarnation != 0 && line.other.incarnation == incarnation;
    const bool whoever = incarnation == 0 || line.other.incarnation == 0;
    if (same || (whoever && line.address == address)) return session;
  }
  if (role_ == wire::process_role::head) {
    // Its members call it, and both at once would be refused for one another.
    return error_info{.code = errc::connection,
                      .outcome = outcome::not_started,
                      .message = "the process at " + address + " has no session with its head"};
  }
  const result<rt::address> to = rt::address::parse(address);
  if (!to) return to.error();
  const result<session_id> made = endpoint_->open(*to, incarnation, job, endpoint::sessions::one);
  if (!made) return made;
  line& begun = lines_[*made];
  begun.other.incarnation = incarnation;
  begun.other.address = address;
  begun.other.job = job;
  begun.other.only = true;
  begun.address = address;
  return made;
}

result<session_id> switchboard::reach_for_bulk(session_id beside) {
  const peer& other = lines_.at(beside).other;
  if (other.address.empty() || other.incarnation == 0) return beside;
  if (const auto known = bulk_.find(other.incarnation); known != bulk_.end()) return known->second;
  const result<rt::address> to = rt::address::parse(other.address);
  if (!to) return to.error();
  const result<session_id> made =
      endpoint_->open(*to, other.incarnation, other.job, endpoint::sessions::many);
  if (!made) return made;
  line& begun = lines_[*made];
  begun.other = other;
  begun.other.only = false;
  bulk_[other.incarnation] = *made;
  return made;
}

const peer* switchboard::other_side(session_id session) const noexcept {
  const auto found = lines_.find(session);
  return found != lines_.end() && found->second.open ? &found->second.other : nullptr;
}

std::uint64_t switchboard::incarnation_at(session_id session) const noexcept {
  const auto found = lines_.find(session);
  return found != lines_.end() ? found->second.other.incarnation : 0;
}

void switchboard::declare_dead(std::uint64_t incarnation) {
  if (dead_.insert(incarnation).second) close_all(incarnation);
}

void switchboard::close_all(std::uint64_t incarnation) {
  std::vector<session_id> over;
  for (const auto& [session, line] : lines_) {
    if (line.other.incarnation == incarnation) over.push_back(session);
  }
  for (const session_id each : over) endpoint_->close(each);
}

void switchboard::opened(session_id session, const peer& other) {
  line& opened = lines_[session];
  opened.other = other;
  opened.open = true;
  if (other.only) {
    for (party* each : parties_) each->opened(session, other);
    return;
  }
  const auto own = bulk_.find(other.incarnation);
  const session_id for_own = own != bulk_.end() ? own->second : session_id{};
  if (session == for_own) return;
  // Who pulls has one at a time. Those that it had before it has given up, perhaps unheard, and what is under
  // way on them would take up a source's budget until they end by themselves.
  std::vector<session_id> given_up;
  for (const auto& [before, line] : lines_) {
    if (line.other.incarnation != other.incarnation || line.other.only) continue;
    if (before != session && before != for_own) given_up.push_back(before);
  }
  for (const session_id each : given_up) {
    RT_PROBE("switchboard.bulk_replaced");
    endpoint_->close(each);
  }
}

party* switchboard::find(const wire::message& held) const noexcept {
  const auto found = routes_.find(wire::kind_of(held));
  return found != routes_.end() ? found->second : nullptr;
}

bool switchboard::fits(session_id session, const wire::message& held) const {
  if (lines_.at(session).other.only) return true;
  const wire::message_kind kind = wire::kind_of(held);
  return kind == wire::message_kind::pull_request || kind == wire::message_kind::names_notice;
}

void switchboard::asked(session_id session, const arrival& request) {
  // What has an order has it within one session.
  if (!fits(session, request.envelope.message)) return endpoint_->close(session);
  if (party* const to = find(request.envelope.message)) return to->asked(session, request);
  // It would wait for ever for an answer.
  world_.log("a session is closed: it asks what this process does not answer, " +
             std::string(to_string(wire::kind_of(request.envelope.message))));
  endpoint_->close(session);
}

void switchboard::told(session_id session, const arrival& notice) {
  if (!fits(session, notice.envelope.message)) return endpoint_->close(session);
  if (party* const to = find(notice.envelope.message)) to->told(session, notice);
}

void switchboard::ended(session_id session, session_end why, const std::string& text) {
  const auto found = lines_.find(session);
  if (found == lines_.end()) return;
  const line over = std::move(found->second);
  lines_.erase(found);
  if (why == session_end::refused || why == session_end::malformed || why == session_end::unfit) {
    world_.log("the session with " + over.other.address + " has ended: " + text);
  }
  if (!over.other.only) {
    const auto known = bulk_.find(over.other.incarnation);
    if (known != bulk_.end() && known->second == session) bulk_.erase(known);
    for (party* each : parties_) each->bulk_ended(session);
    return;
  }
  const bool with_head =
      role_ == wire::process_role::head || over.other.role == wire::process_role::head;
  if (!with_head && over.other.incarnation != 0) dead_.insert(over.other.incarnation);
  if (why == session_end::unfit) {
    for (party* each : parties_) each->unfit(session, text);
  }
  for (party* each : parties_) each->ended(session, over.other, why);
  if (!with_head && over.other.incarnation != 0) close_all(over.other.incarnation);
}

wire::hello_answer switchboard::admits(const peer& other) {
  if (dead_.contains(other.incarnation)) return wire::hello_answer::stale_incarnation;
  return judge_ ? judge_(other) : wire::hello_answer::accepted;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::rpc
