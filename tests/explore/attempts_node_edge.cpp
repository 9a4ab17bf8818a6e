#include <algorithm>
#include <utility>

#include "explore/attempts_world.hpp"

// What the edge of a node does, with the processes behind its slots: it passes letters to the one
// of its two tables that they are for, and what one says to the other.
namespace explore::attempts {

void world::deliver(unsigned node, session_number session, const node_letter& arrived) {
  if (const auto* asked = std::get_if<leases::lease_request>(&arrived.what)) {
    deliver(node, session, *asked);
  } else {
    deliver(node, session, arrived.number, std::get<sending::message>(arrived.what));
  }
}

void world::deliver(unsigned node, session_number session, leases::lease_request asked) {
  std::erase_if(asked.carried, [&](const leases::carried_task& each) {
    if (!nodes_[node].slots.take_tombstone(session, each.name)) return false;
    tell(node, session, owner_letter::result{each.name, owner_letter::result::kind::cancelled});
    return true;
  });
  leases::effects out;
  nodes_[node].table.ask(asked, now_, out);
  settle_node(node, std::move(out), {});
}

void world::deliver(unsigned node, session_number session, request_number number,
                    const sending::message& told) {
  node_side& here = nodes_[node];
  leases::effects granted;
  serving::effects served;
  if (const auto* push = std::get_if<sending::push>(&told)) {
    if (class_of(static_cast<unsigned>(push->tasks.front().task)) == 1) {
      require_alone(node, push->slot, session, push->tasks.back());
    }
    require(here.slots.push(session, push->slot, push->first_seq, push->tasks, served),
            "a push leaves a hole");
  } else if (const auto* back = std::get_if<sending::take_back>(&told)) {
    const slot_seq first = here.slots.take_back(session, back->slot, back->first_seq);
    tell(node, session, owner_letter::taken_back{back->slot, first});
  } else if (const auto* given = std::get_if<sending::give_back>(&told)) {
    here.table.returned(session, given->slot, granted);
  } else if (const auto* withdrawn = std::get_if<sending::withdraw>(&told)) {
    here.table.withdraw(session, withdrawn->request, now_, granted);
  } else {
    const auto& cancel = std::get<sending::cancel>(told);
    auto effect = serving::cancel_effect::never_starts;
    if (!here.table.cancel(session, cancel.task, granted)) {
      effect = here.slots.cancel(session, number, cancel.task, cancel.force, served);
    }
    // Also where it is not here yet.
    fact& of = owners_[owner_of(session)].facts[static_cast<std::size_t>(cancel.task.task)];
    const std::uint64_t attempt = std::uint64_t{1} << cancel.task.attempt % 64;
    if ((of.started & attempt) == 0) of.never_starts |= attempt;
    settle_node(node, std::move(granted), std::move(served));
    tell(node, session, owner_letter::cancel_told{number, cancel.task, effect});
    return;
  }
  settle_node(node, std::move(granted), std::move(served));
}

void world::require_alone(unsigned node, slot_place place, session_number session,
                          attempt_name task) {
  const node_side& here = nodes_[node];
  const auto found = here.slots.by_place().find(place);
  if (found == here.slots.by_place().end() || here.slots.owner(found->second) != session) return;
  const serving::slot_queue& queue = here.slots.queue(found->second);
  require(queue.empty(), "task " + std::to_string(static_cast<std::uint32_t>(task.task)) +
                             ", which may not run twice, waits behind another");
}

void world::settle_node(unsigned node, leases::effects granted, serving::effects served) {
  node_side& here = nodes_[node];
  while (true) {
    carry_out(node, granted, served);
    granted = {};
    for (const serving::effects::answer& each : served.answers) {
      using kind = serving::effects::answer::kind;
      using told = owner_letter::result::kind;
      const told what = each.what == kind::cancelled ? told::cancelled : told::handed_back;
      tell(node, each.to, owner_letter::result{each.task, what});
    }
    const std::vector<slot_place> freed = std::move(served.freed);
    served = {};
    if (freed.empty()) return;
    for (const slot_place& each : freed) here.table.freed(each, now_, granted);
  }
}

void world::carry_out(unsigned node, leases::effects& out, serving::effects& next) {
  node_side& here = nodes_[node];
  for (const leases::effects::cancelled& each : out.cancellations) {
    tell(node, each.to, owner_letter::result{each.task, owner_letter::result::kind::cancelled});
  }
  for (const leases::effects::reply& each : out.replies) {
    std::erase_if(here.questions, [&](const leases::effects::question& asked) {
      return asked.from == each.to && asked.request == each.request;
    });
    tell(node, each.to, each);
    const auto* granted = std::get_if<leases::granted>(&each.answer);
    if (granted == nullptr) continue;
    for (const leases::granted::slot& slot : granted->slots) {
      const slot_place place{granted->lease, slot.number};
      here.slots.open(each.to, place);
      if (slot.tasks.empty()) continue;
      if (class_of(static_cast<unsigned>(slot.tasks.front().task)) == 1 && slot.tasks.size() > 1) {
        require(false, "a carried task, which may not run twice, waits behind another");
      }
      here.slots.push(each.to, place, slot_seq{1}, slot.tasks, next);
    }
  }
  for (const leases::effects::recall& each : out.recalls) {
    tell(node, each.to, owner_letter::recall{each.slot});
  }
  for (const slot_place& each : out.closes) here.slots.close(each, next);
  for (const leases::effects::question& each : out.questions) here.questions.push_back(each);
}

void world::tell(unsigned node, session_number session, decltype(owner_letter::what) what) {
  link* to = current(session);
  if (to == nullptr || to->broken || to->node_heard || to->owner_heard) return;
  to->to_owner.push_back({nodes_[node].slots.take_marks(session), std::move(what)});
}

/// The frame with the reply to a cancel is acknowledged, and so is all that was sent before the
/// cancel.
void world::acknowledge(session_number session) {
  const link* both = current(session);
  if (both == nullptr || both->node_heard || both->overtaken != 0) return;
  nodes_[node_of(session)].slots.acknowledged(session, both->cancelled);
}

void world::start(const action& step) {
  node_side& here = nodes_[step.node];
  const serving::slot_index which = here.slots.by_place().at(step.place);
  if (!here.slots.queue(which).idle()) --left_.overlaps;
  const serving::placed_attempt begun = *here.slots.start(which);
  const unsigned owner = owner_of(here.slots.owner(which));
  fact& of = owners_[owner].facts[static_cast<std::size_t>(begun.task.task)];
  const std::uint64_t attempt = std::uint64_t{1} << begun.task.attempt % 64;
  const std::string task = "task " + std::to_string(static_cast<std::uint32_t>(begun.task.task)) +
                           " of owner " + std::to_string(owner);
  ++of.runs;
  require((of.started & attempt) == 0, "an attempt at " + task + " starts twice");
  require((of.never_starts & attempt) == 0,
          "an attempt at " + task + " starts of which it was said that it never will");
  require(of.runs <= 1 + of.counted, task + " runs oftener than is counted");
  require(!of.not_started, task + " starts after its owner was told that it has not");
  of.started |= attempt;
  const std::vector<sending::held_task>& sent = owners_[owner].book.tasks();
  const auto at = static_cast<std::size_t>(begun.task.task);
  if (at >= sent.size() || sent[at].where != sending::held_task::state::pushed) return;
  if (sent[at].task.name != begun.task || sent[at].session != here.slots.owner(which)) return;
  require(sent[at].seq == begun.seq, task + " starts out of order");
}

void world::end(const action& step) {
  node_side& here = nodes_[step.node];
  serving::effects out;
  const auto answer = here.slots.ended(here.slots.by_place().at(step.place), step.seq, out);
  if (answer) {
    tell(step.node, answer->session,
         owner_letter::result{answer->task, owner_letter::result::kind::value});
  }
  settle_node(step.node, {}, std::move(out));
}

void world::process_dies(const action& step) {
  --left_.process_deaths;
  node_side& here = nodes_[step.node];
  const serving::slot_index which = here.slots.by_place().at(step.place);
  const serving::slot_queue& queue = here.slots.queue(which);
  // A mark that was not written yet is what came before the last start.
  const slot_seq before =
      queue.idle() ? queue.started()
                   : slot_seq{static_cast<std::uint64_t>(queue.running().back().seq) - 1};
  std::optional<serving::slot_table::death> told = here.slots.process_died(which);
  if (told) {
    if (step.index != 0) told->last.started = before;
    tell(step.node, told->to, owner_letter::process_died{told->last});
  }
  leases::effects out;
  here.table.process_died(step.place, now_, out);
  settle_node(step.node, std::move(out), {});
}

}  // namespace explore::attempts
