#include "explore/calls_world.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace explore::calls {

using kind = action::kind;

std::string describe(const action& step) {
  const std::string at = "process " + std::to_string(step.at);
  const std::string other = "process " + std::to_string(step.other);
  const std::string index = std::to_string(step.index);
  const std::string epoch = std::to_string(static_cast<std::uint64_t>(step.epoch));
  const std::string life = "epoch " + epoch + " in " + at;
  switch (step.what) {
    case kind::submit:
      return at + " makes a call" + (step.index != 0 ? ", its arguments come later" : "");
    case kind::ready: return "the arguments of call " + index + " of " + at + " are there";
    case kind::deliver: return "a letter from " + other + " reaches " + at;
    case kind::head_answers:
      return step.index != 0 ? "the head refuses" : "the head has registered";
    case kind::place: return "a place is found in " + at;
    case kind::refuse: return "no place is found";
    case kind::built:
      return "the constructor of " + life + (step.index != 0 ? " throws" : " returns");
    case kind::begin: return "a method of " + life + " begins";
    case kind::end: return "running method " + index + " of " + life + " returns";
    case kind::exit: return "running method " + index + " of " + life + " ends its actor";
    case kind::arguments: return "arguments of call " + index + " of " + other + " reach " + life;
    case kind::crash: return "the own process of " + life + " dies";
    case kind::cancel: return at + " cancels its call " + index;
    case kind::kill:
      return at + " kills the actor" + (step.index != 0 ? ", which may restart" : "");
    case kind::drop: return at + " lets its handle go";
    case kind::no_handles: return "the owner hears that no handle is left";
    case kind::break_off: return "the session of " + at + " and " + other + " ends";
    case kind::hear: return at + " hears that its session with " + other + " has ended";
    case kind::die: return at + " dies";
    case kind::late: return "late letter " + index + " arrives";
    case kind::look: return at + " looks";
    case kind::tick: return "a millisecond passes";
  }
  return {};
}

world::world(const limits& allowed) : left_(allowed) {
  calling::book_options patience;
  patience.missed_for = std::chrono::milliseconds(1);
  owning::owning_options window;
  window.restarts_max = allowed.restarts_max;
  for (process i = 0; i < allowed.processes; ++i) {
    side made{
        calling::call_book(patience), {}, owning::owned_actors(window), true, false, 0, {}, {}, {}};
    made.has_handle = is_caller(i);
    made.allowed = made.has_handle ? allowed.calls : 0;
    if (made.has_handle) made.book.know(actor_, session(0));
    sides_.push_back(std::move(made));
  }
  links_.resize(std::size_t{allowed.processes} * allowed.processes);
  owning::effects out;
  sides_[0].owned.spawn(actor_, {allowed.max_restarts, allowed.registered, false}, out);
  settle_owner(out);
}

bool world::is_caller(process which) const {
  return std::find(left_.callers.begin(), left_.callers.end(), which) != left_.callers.end();
}

std::string world::apply(const action& step) {
  act(step);
  deliver_own();
  check();
  return failure_;
}

void world::act(const action& step) {
  side& here = sides_[step.at];
  const hosting::hosted_name life{actor_, step.epoch};
  hosting::effects hosted;
  calling::effects called;
  owning::effects owned;
  switch (step.what) {
    case kind::submit: submit(step); break;
    case kind::ready:
      here.facts[step.index].ready = true;
      here.book.ready(owner_index{step.index}, called);
      settle_caller(step.at, std::move(called));
      break;
    case kind::deliver: {
      const letter arrived = std::move(way(step.other, step.at).letters.front());
      way(step.other, step.at).letters.pop_front();
      deliver(step.other, step.at, arrived);
      break;
    }
    case kind::head_answers: {
      left_.refusals -= step.index;
      const epoch_number asked = *std::exchange(registering_, {});
      using answer = owning::owned_actors::registration;
      here.owned.registered(actor_, asked, step.index != 0 ? answer::refused : answer::registered,
                            owned);
      settle_owner(owned);
      break;
    }
    case kind::place: place(step.at); break;
    case kind::refuse:
      --left_.refusals;
      here.owned.cannot_be_placed(actor_, *std::exchange(placing_, {}), owned);
      settle_owner(owned);
      break;
    case kind::built:
      left_.throws -= step.index;
      here.table.built(life, step.index != 0, hosted);
      settle_host(step.at, hosted);
      break;
    case kind::begin: begin(step); break;
    case kind::end:
    case kind::exit: end(step); break;
    case kind::arguments: {
      const auto& queue = here.table.actors().at(life).callers.at(session(step.other));
      for (const auto& each : queue.waiting()) {
        if (each.what.name.task != owner_index{step.index}) continue;
        here.table.ready(session(step.other), life, attempt_name(each.what.name), hosted);
        break;
      }
      settle_host(step.at, hosted);
      break;
    }
    case kind::crash:
      --left_.crashes;
      here.table.process_died(life, hosted);
      settle_host(step.at, hosted);
      break;
    case kind::cancel:
      --left_.cancels;
      require(here.book.cancel(owner_index{step.index}, called), "a call is nowhere");
      settle_caller(step.at, std::move(called));
      break;
    case kind::kill:
      --(step.index != 0 ? left_.mild_kills : left_.kills);
      send(step.at, 0, {letter::kind::kill, {}, step.index, {}, {}, {}});
      break;
    case kind::drop:
      if (left_.drops > 0) --left_.drops;
      here.has_handle = false;
      here.allowed = static_cast<unsigned>(here.facts.size());
      settle_caller(step.at, {});
      break;
    case kind::no_handles:
      here.owned.handles_gone(actor_, owned);
      settle_owner(owned);
      break;
    case kind::break_off:
      --left_.breaks;
      way(step.at, step.other).broken = true;
      way(step.other, step.at).broken = true;
      break;
    case kind::hear: hear(step.at, step.other); break;
    case kind::die: die(step.at); break;
    case kind::late: {
      const late_letter arrived = std::move(late_[step.index]);
      late_.erase(late_.begin() + step.index);
      deliver(arrived.from, arrived.to, arrived.what);
      break;
    }
    case kind::look:
      here.book.look(now_, called);
      settle_caller(step.at, std::move(called));
      break;
    case kind::tick:
      if (left_.ticks > 0) --left_.ticks;
      now_ += 1'000'000;
      break;
  }
}

void world::send(process from, process to, letter what) {
  if (from == to) {
    sides_[to].to_itself.push_back(std::move(what));
  } else if (!way(from, to).broken && !way(to, from).heard) {
    way(from, to).letters.push_back(std::move(what));
  }
}

/// What a process says to itself arrives at once, in its order.
void world::deliver_own() {
  for (process at = 0; at < sides_.size(); ++at) {
    while (!sides_[at].to_itself.empty()) {
      const letter arrived = std::move(sides_[at].to_itself.front());
      sides_[at].to_itself.pop_front();
      deliver(at, at, arrived);
    }
  }
}

void world::deliver(process from, process to, const letter& arrived) {
  side& here = sides_[to];
  const session_number with = session(from);
  const hosting::hosted_name life{actor_, arrived.epoch};
  hosting::effects hosted;
  owning::effects owned;
  switch (arrived.what) {
    case letter::kind::create:
      here.table.create(with, request_number{1}, life, {left_.together, false}, hosted);
      return settle_host(to, hosted);
    case letter::kind::end_life:
      if (arrived.detail != 0) {
        here.table.finish(life, hosted);
      } else {
        here.table.kill(life, hosted);
      }
      return settle_host(to, hosted);
    case letter::kind::created:
      here.owned.created(with, actor_, arrived.epoch,
                         static_cast<owning::owned_actors::creation>(arrived.detail), now_, owned);
      return settle_owner(owned);
    case letter::kind::ended: return take_ended(with, arrived);
    case letter::kind::question:
      here.owned.whereabouts(with, request_number{1}, actor_, arrived.epoch, owned);
      return settle_owner(owned);
    case letter::kind::kill:
      here.owned.kill(with, request_number{1}, actor_, epoch_number{}, arrived.detail != 0, owned);
      require(owned.kill_replies.size() == 1, "a kill has no reply, or two");
      return settle_owner(owned);
    case letter::kind::standing: return take_standing(to, with, arrived);
    case letter::kind::calls: return take_calls(to, with, arrived);
    case letter::kind::answer: return take_answer(to, with, arrived);
    case letter::kind::cancel: return cancel_at_host(to, with, arrived);
  }
}

void world::hear(process at, process other) {
  link& from = way(other, at);
  from.heard = true;
  // What asks for something every edge drops that has heard of the session's end.
  for (letter& each : from.letters) {
    const bool tells = each.what == letter::kind::answer || each.what == letter::kind::standing ||
                       each.what == letter::kind::created || each.what == letter::kind::ended;
    if (left_.late == 0 || !tells) continue;
    --left_.late;
    late_.push_back({other, at, std::move(each)});
  }
  from.letters.clear();
  side& here = sides_[at];
  calling::effects called;
  here.book.session_ended(session(other), now_, called);
  hosting::effects hosted;
  here.table.session_ended(session(other), hosted);
  owning::effects owned;
  here.owned.session_ended(session(other), now_, owned);
  std::erase_if(places_, [&](const auto& each) { return at == 0 && each.first == other; });
  settle_caller(at, std::move(called));
  settle_host(at, hosted);
  if (at == 0) settle_owner(owned);
}

void world::die(process which) {
  --left_.deaths;
  sides_[which].alive = false;
  sides_[which].to_itself.clear();
  for (process other = 0; other < sides_.size(); ++other) {
    if (other == which) continue;
    way(which, other).broken = true;
    way(other, which).broken = true;
    way(other, which).heard = true;
    way(other, which).letters.clear();
  }
  std::erase_if(late_, [which](const late_letter& each) { return each.to == which; });
}

std::size_t world::letters_on_the_way() const {
  std::size_t count = late_.size();
  for (const link& each : links_) count += each.letters.size();
  return count;
}

}  // namespace explore::calls
