#include <algorithm>
#include <utility>

#include "explore/calls_world.hpp"

// What the edge of a caller does: makes calls, carries letters to and fro, and notes what has become
// of each call.
namespace explore::calls {
namespace {

constexpr std::uint32_t batch_max = 2;

std::string text_of(process at, owner_index call) {
  return "call " + std::to_string(static_cast<std::uint32_t>(call)) + " of process " +
         std::to_string(at);
}

}  // namespace

void world::submit(const action& step) {
  side& here = sides_[step.at];
  left_.unready -= step.index;
  calling::call made;
  made.name.task = owner_index{static_cast<std::uint32_t>(here.facts.size())};
  made.retries_left = left_.retries;
  made.ready = step.index == 0;
  here.facts.emplace_back().ready = made.ready;
  calling::effects out;
  here.book.add(actor_, made, now_, out);
  settle_caller(step.at, std::move(out));
}

void world::take_answer(process at, session_number from, const letter& answer) {
  side& here = sides_[at];
  const attempt_name& which = answer.calls.front();
  calling::effects out;
  if (answer.detail == letter::handed_back) {
    here.book.handed_back(from, actor_, answer.epoch, which, now_, out);
  } else if (answer.detail == letter::lost) {
    here.book.lost(from, actor_, answer.epoch, which, now_, out);
  } else {
    bool awaited = false;
    const auto known = here.book.actors().find(actor_);
    if (known != here.book.actors().end() && known->second.epoch == answer.epoch) {
      for (const calling::held_call& each : known->second.calls.calls()) {
        awaited |= each.where == calling::held_call::state::sent && each.made.name == which &&
                   known->second.at == from;
      }
    }
    const bool counts = here.book.answered(from, actor_, answer.epoch, which).counts;
    require(counts == awaited, "an answer of another epoch counts, or to a call that is not sent");
    if (counts) resolve(at, which.task);
  }
  settle_caller(at, std::move(out));
}

void world::take_standing(process at, session_number from, const letter& told) {
  side& here = sides_[at];
  using owned = owning::standing::kind;
  using kind = calling::told_standing::kind;
  kind what = kind::coming;
  if (told.how.what == owned::alive) what = kind::alive;
  if (told.how.what == owned::dead) what = kind::dead;
  // Where it lives is told by process.
  const process lives_at = told.how.at == session_number{} ? 0 : behind(told.how.at);
  const session_number there = session(lives_at);
  calling::effects out;
  here.book.told(from, actor_, {what, told.how.epoch, there}, told.detail != 0, now_, out);
  // To one that is lost to this process there is no other session.
  const bool lost = lives_at != at && way(lives_at, at).heard;
  if (what == kind::alive && lost) here.book.session_ended(there, now_, out);
  settle_caller(at, std::move(out));
}

void world::settle_caller(process at, calling::effects out) {
  side& here = sides_[at];
  if (!here.alive) return;
  for (const calling::effects::question& each : out.questions) {
    send(at, behind(each.to), {letter::kind::question, each.not_epoch, 0, {}, {}, {}});
  }
  for (const calling::effects::cancel& each : out.cancels) {
    send(at, behind(each.to), {letter::kind::cancel, each.epoch, 0, {}, {each.call}, {}});
  }
  for (const calling::effects::failed& each : out.failures) {
    here.facts[static_cast<std::size_t>(each.call)].not_started |=
        each.outcome == rt::outcome::not_started;
    resolve(at, each.call);
  }
  for (const rt::actor_id& each : out.changed) {
    while (auto batch = here.book.next_batch(each, batch_max)) {
      letter told{letter::kind::calls, batch->epoch, 0, batch->first, std::move(batch->calls), {}};
      for (std::size_t i = 0; i < told.calls.size() && left_.late_arguments > 0; ++i) {
        --left_.late_arguments;
        told.detail |= 1U << i;
      }
      send(at, behind(batch->to), std::move(told));
    }
  }
  if (!here.has_handle && here.book.pending(actor_) == 0) here.book.forget(actor_);
}

void world::resolve(process at, owner_index call) {
  fact& of = sides_[at].facts[static_cast<std::size_t>(call)];
  require(!of.resolved, text_of(at, call) + " resolves twice");
  require(!of.not_started || of.runs == 0, text_of(at, call) + " has run, and is not started");
  of.resolved = true;
}

}  // namespace explore::calls
