#include "node/lease_keeper.hpp"

#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"
#include "rpc/session_numbers.hpp"
#include "wire/messages/tasks.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace rt::node {
inline namespace RT_LANE_VARIANT {

using rpc::number_of;
using rpc::session_of;
using wire::attempt_name;
using wire::slot_place;

namespace {

wire::task_result failed(const attempt_name& task) {
  wire::task_result made;
  made.owner_index = static_cast<std::uint32_t>(task.task);
  made.attempt = task.attempt;
  made.outcome = wire::failure{.code = errc::task_cancelled,
                               .outcome = outcome::not_started,
                               .text = "the task was cancelled before it started",
                               .exception = {}};
  return made;
}

}  // namespace

lease_keeper::lease_keeper(environment& world, rpc::switchboard& board, const resource_set& total,
                           slot_commands commands)
    : world_(world),
      board_(board),
      commands_(std::move(commands)),
      total_(total),
      table_(total, leases::lease_options{}) {
  board.route({wire::message_kind::lease_request, wire::message_kind::lease_withdraw_notice,
               wire::message_kind::return_notice},
              *this);
}

void lease_keeper::take_view(std::vector<sched::node_view> others) {
  others_ = std::move(others);
  leases::effects out;
  table_.others_changed(out);
  act(out);
}

void lease_keeper::asked(rpc::session_id session, const rpc::arrival& request) {
  const auto* asks = std::get_if<wire::lease_request>(&request.envelope.message);
  if (asks == nullptr) return;
  if (asks->for_life) return ask_for_place(session, request.envelope.number, *asks);
  leases::lease_request taken{.from = number_of(session),
                              .number = leases::request_number{request.envelope.number},
                              .demand = asks->demand.resources,
                              .slots_wanted = asks->slots_wanted,
                              .hops = asks->hops,
                              .carried = {}};
  waiting_request kept{.demand = asks->demand.resources, .carried = {}};
  for (const wire::task_header& each : asks->tasks) {
    const attempt_name name{wire::owner_index{each.owner_index}, each.attempt};
    taken.carried.push_back({.name = name, .never_twice = each.never_twice});
    kept.carried.push_back(name);
    commands_.keep_carried(session, each);
  }
  waiting_[{session, request.envelope.number}] = std::move(kept);
  leases::effects out;
  table_.ask(taken, world_.now(), out);
  act(out);
}

void lease_keeper::told(rpc::session_id session, const rpc::arrival& notice) {
  const instant now = world_.now();
  leases::effects out;
  if (const auto* given = std::get_if<wire::return_notice>(&notice.envelope.message)) {
    for (const std::uint32_t each : given->slots) {
      const slot_place place{wire::lease_number{given->lease}, wire::slot_number{each}};
      const auto kept = places_.find(place);
      if (kept != places_.end()) {
        if (kept->second.owner == session) commands_.leave_place(place);
        continue;
      }
      table_.returned(number_of(session),
                      {wire::lease_number{given->lease}, wire::slot_number{each}}, out);
    }
  } else if (const auto* withdrawn =
                 std::get_if<wire::lease_withdraw_notice>(&notice.envelope.message)) {
    for (const asked_place& each : asked_places_) {
      if (each.from != request_key{session, withdrawn->request}) continue;
      RT_PROBE("lease_keeper.place_withdrawn");
      return refuse_place(each.from);
    }
    table_.withdraw(number_of(session), leases::request_number{withdrawn->request}, now, out);
  }
  act(out);
}

void lease_keeper::ended(rpc::session_id session, const rpc::peer&, rpc::session_end) {
  leases::effects out;
  table_.session_ended(number_of(session), world_.now(), out);
  act(out);
  waiting_.erase(waiting_.lower_bound({session, 0}), waiting_.upper_bound({session, UINT64_MAX}));
  std::erase_if(asked_places_, [&](const asked_place& each) { return each.from.first == session; });
  std::vector<slot_place> left;
  for (const auto& [place, kept] : places_) {
    if (kept.owner == session) left.push_back(place);
  }
  for (const slot_place each : left) commands_.leave_place(each);
}

void lease_keeper::lend(slot_place slot, bool lent) {
  const auto claim = claims_.find(slot.lease);
  if (claim == claims_.end() || lent == lent_.contains(slot)) return;
  if (!lent) {
    lent_.erase(slot);
    table_.take_when_free(claim->second);
    leases::effects out;
    table_.recall_owed(world_.now(), out);
    act(out);
    return collect();
  }
  lent_.insert(slot);
  leases::effects out;
  table_.give_back(claim->second, world_.now(), out);
  act(out);
}

void lease_keeper::collect() {
  table_.collect_owed();
  grant_places();
}

void lease_keeper::freed(slot_place slot) {
  // Given back once more than it was taken: that once is owed.
  if (lent_.erase(slot) != 0) {
    RT_PROBE("lease_keeper.freed_while_lent");
    if (!RT_SIMBUG("lent.debt_forgotten")) table_.take_when_free(claims_.at(slot.lease));
  }
  leases::effects out;
  table_.freed(slot, world_.now(), out);
  act(out);
  collect();
  if (!table_.leases().contains(slot.lease)) claims_.erase(slot.lease);
}

bool lease_keeper::cancel_carried(rpc::session_id owner, const attempt_name& task) {
  leases::effects out;
  const bool waited = table_.cancel(number_of(owner), task, out);
  act(out);
  return waited;
}

void lease_keeper::drain() {
  drains_ = true;
  while (!asked_places_.empty()) refuse_place(asked_places_.front().from);
  leases::effects out;
  table_.drain(world_.now(), out);
  act(out);
}

void lease_keeper::attend() {
  collect();
  const instant now = world_.now();
  if (now < table_.next_look()) return;
  leases::effects out;
  table_.look(now, out);
  act(out);
}

void lease_keeper::act(leases::effects& what) {
  for (const leases::effects::cancelled& each : what.cancellations) {
    wire::results_notice notice;
    commands_.let_go(session_of(each.to), each.task);
    forget_carried(session_of(each.to), each.task);
    notice.results.push_back(failed(each.task));
    static_cast<void>(board_.endpoint().tell(session_of(each.to), notice));
  }
  for (const leases::effects::reply& each : what.replies) reply(each);
  for (const leases::effects::recall& each : what.recalls) {
    wire::recall_notice notice;
    notice.lease = static_cast<std::uint64_t>(each.slot.lease);
    notice.slots.push_back(static_cast<std::uint32_t>(each.slot.slot));
    static_cast<void>(board_.endpoint().tell(session_of(each.to), notice));
  }
  for (const slot_place each : what.closes) commands_.close(each);
  leases::effects more;
  for (const leases::effects::question& each : what.questions) look_elsewhere(each, more);
  if (!more.replies.empty() || !more.questions.empty()) act(more);
}

/// Its owner may give the name to another, before the request is answered that has carried it.
void lease_keeper::forget_carried(rpc::session_id owner, const attempt_name& task) {
  for (auto at = waiting_.lower_bound({owner, 0}); at != waiting_.end() && at->first.first == owner;
       ++at) {
    std::erase(at->second.carried, task);
  }
}

void lease_keeper::reply(const leases::effects::reply& answer) {
  const rpc::session_id to = session_of(answer.to);
  const auto number = static_cast<std::uint64_t>(answer.request);
  const auto asked = waiting_.extract({to, number});
  if (asked.empty()) return;
  wire::lease_reply told;
  for (const wire::owner_index each : answer.handed_back) {
    told.handed_back.push_back(static_cast<std::uint32_t>(each));
  }
  const auto* const granted = std::get_if<leases::granted>(&answer.answer);
  // What is handed back is forgotten before that is said; all of it where nothing is granted.
  for (const attempt_name& carried : asked.mapped().carried) {
    const auto& back = answer.handed_back;
    if (granted == nullptr || std::find(back.begin(), back.end(), carried.task) != back.end()) {
      commands_.let_go(to, carried);
    }
  }
  if (granted != nullptr) {
    wire::lease_granted lease;
    lease.lease = static_cast<std::uint64_t>(granted->lease);
    if (const auto claim = table_.claim_of(asked.mapped().demand)) {
      claims_[granted->lease] = *claim;
    }
    for (const leases::granted::slot& each : granted->slots) {
      lease.slots.push_back({.slot = static_cast<std::uint32_t>(each.number), .process = 0});
      commands_.open(to, {granted->lease, each.number}, asked.mapped().demand);
    }
    told.answer = std::move(lease);
  } else if (const auto* spill = std::get_if<leases::spillback>(&answer.answer)) {
    told.answer = wire::lease_spillback{.node = spill->node, .process = 0};
  } else if (std::holds_alternative<leases::infeasible>(answer.answer)) {
    told.answer = wire::lease_infeasible{"no node has what is asked for"};
  } else {
    told.answer = wire::lease_refused{.code = errc::unschedulable, .text = "the node drains"};
  }
  static_cast<void>(board_.endpoint().answer(to, number, told));
  if (granted == nullptr) return;
  // No answer of a task overtakes the reply.
  for (const leases::granted::slot& each : granted->slots) {
    if (!each.tasks.empty()) commands_.run_carried(to, {granted->lease, each.number}, each.tasks);
  }
}

bool lease_keeper::is_free_elsewhere(const resource_set& demand) const {
  return sched::choose(others_, demand).now.has_value();
}

void lease_keeper::look_elsewhere(const leases::effects::question& asked, leases::effects& out) {
  const auto found =
      waiting_.find({session_of(asked.from), static_cast<std::uint64_t>(asked.request)});
  if (found == waiting_.end()) return;
  const sched::spilling better = sched::choose(others_, found->second.demand);
  const instant now = world_.now();
  if (better.now) {
    RT_PROBE("lease_keeper.spilled_to_a_free_node");
    table_.spill(asked.from, asked.request, *better.now, now, out);
  } else if (asked.never_here && better.later) {
    table_.spill(asked.from, asked.request, *better.later, now, out);
  } else if (asked.never_here) {
    table_.no_node(asked.from, asked.request, out);
  }
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::node
