#include <algorithm>
#include <utility>

#include "explore/attempts_world.hpp"

// What the edge of an owner does: draws tasks, carries letters to and fro, and notes what has
// become of each task.
namespace explore::attempts {
namespace {

std::uint64_t bit(const attempt_name& which) { return std::uint64_t{1} << which.attempt % 64; }

std::string text_of(unsigned owner, owner_index task) {
  return "task " + std::to_string(static_cast<std::uint32_t>(task)) + " of owner " +
         std::to_string(owner);
}

}  // namespace

void world::submit(unsigned owner) {
  owner_side& here = owners_[owner];
  const unsigned task = here.submitted++;
  sending::attempt made;
  made.name.task = owner_index{task};
  made.never_twice = class_of(task) == 1;
  made.retries_left = made.never_twice ? 0 : left_.retries;
  here.queues[class_of(task)].push_back(made);
  here.facts[task].queued = true;
  settle_owner(owner, {});
}

void world::ask(const action& step) {
  owner_side& here = owners_[step.owner];
  const sending::class_number of{step.index};
  const sending::want wanted = *here.book.next_want(of, now_);
  std::deque<sending::attempt>& queue = here.queues[step.index];
  link& both = between(step.owner, step.node);
  const session_number session = name_of(step.owner, step.node);
  leases::lease_request asked;
  asked.from = session;
  asked.number = request_number{both.next_request++};
  asked.demand = {{"cpu", 1}};
  asked.slots_wanted = wanted.slots;
  std::vector<sending::attempt> carried;
  while (!queue.empty() && carried.size() < wanted.carried_max) {
    carried.push_back(queue.front());
    queue.pop_front();
    here.facts[static_cast<std::size_t>(carried.back().name.task)].queued = false;
    asked.carried.push_back({carried.back().name, carried.back().never_twice});
  }
  const request_number number = asked.number;
  if (!both.broken) both.to_node.push_back({number, std::move(asked)});
  sending::effects out;
  here.book.asked(session, number, of, wanted.slots, carried, out);
  settle_owner(step.owner, std::move(out));
}

void world::cancel(const action& step) {
  --left_.cancels;
  owner_side& here = owners_[step.owner];
  std::deque<sending::attempt>& queue = here.queues[class_of(step.index)];
  const auto waits = std::find_if(queue.begin(), queue.end(), [&](const sending::attempt& each) {
    return each.name.task == owner_index{step.index};
  });
  sending::effects out;
  if (waits != queue.end()) {
    here.facts[step.index].not_started = !waits->may_have_run;
    resolve(step.owner, waits->name.task);
    queue.erase(waits);
  } else {
    require(here.book.cancel(owner_index{step.index}, false, out), "a task is nowhere");
  }
  settle_owner(step.owner, std::move(out));
}

void world::deliver(unsigned owner, session_number session, const owner_letter& arrived) {
  sending::attempt_book& book = owners_[owner].book;
  sending::effects out;
  for (const serving::mark& each : arrived.marks) {
    book.started(session, each.slot, each.started, now_);
  }
  if (const auto* reply = std::get_if<leases::effects::reply>(&arrived.what)) {
    take_reply(owner, session, *reply, out);
  } else if (const auto* recall = std::get_if<owner_letter::recall>(&arrived.what)) {
    book.recalled(session, recall->slot, out);
  } else if (const auto* answer = std::get_if<owner_letter::result>(&arrived.what)) {
    take_answer(owner, session, *answer, out);
  } else if (const auto* back = std::get_if<owner_letter::taken_back>(&arrived.what)) {
    book.taken_back(session, back->slot, back->first, now_, out);
  } else if (const auto* died = std::get_if<owner_letter::process_died>(&arrived.what)) {
    book.process_died(session, died->last.slot, died->last.started, out);
  } else {
    const auto& told = std::get<owner_letter::cancel_told>(arrived.what);
    fact& of = owners_[owner].facts[static_cast<std::size_t>(told.task.task)];
    if (told.effect == serving::cancel_effect::never_starts) of.never_starts |= bit(told.task);
    if (link* both = current(session)) {
      both->cancelled = std::max(both->cancelled, told.request);
    }
    acknowledge(session);
  }
  settle_owner(owner, std::move(out));
}

void world::take_reply(unsigned owner, session_number session, const leases::effects::reply& reply,
                       sending::effects& out) {
  sending::attempt_book& book = owners_[owner].book;
  const auto* granted = std::get_if<leases::granted>(&reply.answer);
  if (granted == nullptr) {
    book.not_granted(session, reply.request, 0, out);
    return;
  }
  std::vector<slot_number> slots;
  for (const leases::granted::slot& each : granted->slots) slots.push_back(each.number);
  book.granted(session, reply.request, granted->lease, slots, reply.handed_back, now_, out);
}

void world::take_answer(unsigned owner, session_number session, const owner_letter::result& answer,
                        sending::effects& out) {
  sending::attempt_book& book = owners_[owner].book;
  using kind = owner_letter::result::kind;
  // Copied, since the answer takes it out.
  const sending::held_task sent = book.tasks()[static_cast<std::size_t>(answer.task.task)];
  const bool awaited = sent.where != sending::held_task::state::none &&
                       sent.task.name == answer.task && sent.session == session;
  if (answer.what == kind::handed_back) {
    book.handed_back(session, answer.task, now_, out);
    return;
  }
  const bool counts = book.answered(session, answer.task, now_, out).counts;
  require(counts == awaited, "the answer to an attempt that was given up counts");
  if (!counts) return;
  fact& of = owners_[owner].facts[static_cast<std::size_t>(answer.task.task)];
  if (answer.what == kind::cancelled) of.never_starts |= bit(answer.task);
  resolve(owner, answer.task.task);
}

void world::resolve(unsigned owner, owner_index task) {
  fact& of = owners_[owner].facts[static_cast<std::size_t>(task)];
  require(!of.resolved, text_of(owner, task) + " resolves twice");
  require(!of.not_started || of.runs == 0, text_of(owner, task) + " has run, and is not started");
  of.resolved = true;
  of.queued = false;
}

void world::settle_owner(unsigned owner, sending::effects out) {
  owner_side& here = owners_[owner];
  if (!here.alive) return;
  while (true) {
    carry_out(owner, out);
    out = {};
    bool changed = false;
    for (unsigned i = 0; i < here.queues.size(); ++i) {
      const sending::class_number of{i};
      std::deque<sending::attempt>& queue = here.queues[i];
      if (here.book.of(of).waiting != queue.size()) {
        here.book.waiting(of, queue.size(), out);
        changed = true;
      }
      while (const std::optional<sending::room> room = here.book.next_room(of, now_)) {
        std::vector<sending::attempt> drawn;
        while (drawn.size() < room->tasks) {
          drawn.push_back(queue.front());
          here.facts[static_cast<std::size_t>(queue.front().name.task)].queued = false;
          queue.pop_front();
        }
        here.book.push(room->slot, drawn, now_, out);
        changed = true;
      }
    }
    if (!changed) return;
  }
}

void world::carry_out(unsigned owner, sending::effects& out) {
  owner_side& here = owners_[owner];
  for (auto& each : out.letters) {
    link* to = current(each.to);
    if (to == nullptr || to->broken) continue;
    to->to_node.push_back({request_number{to->next_request++}, std::move(each.what)});
  }
  for (const sending::effects::sent_again& each : out.again) {
    const attempt_name& next = each.task.name;
    fact& of = here.facts[static_cast<std::size_t>(next.task)];
    const attempt_name last{next.task, next.attempt - 1};
    require(!of.resolved && !of.queued, text_of(owner, next.task) + " is in two places");
    if (each.counted) {
      ++of.counted;
      require(!each.task.never_twice, text_of(owner, next.task) + " is sent a second time");
      require(of.counted <= static_cast<unsigned>(left_.retries),
              text_of(owner, next.task) + " is sent too often");
    } else {
      of.never_starts |= bit(last);
      require((of.started & bit(last)) == 0,
              text_of(owner, next.task) + " has started, and is sent again uncounted");
    }
    of.queued = true;
    here.queues[class_of(static_cast<unsigned>(next.task))].push_back(each.task);
  }
  for (const sending::effects::failed& each : out.failures) {
    fact& of = here.facts[static_cast<std::size_t>(each.task)];
    of.not_started = each.outcome == rt::outcome::not_started;
    resolve(owner, each.task);
  }
}

}  // namespace explore::attempts
