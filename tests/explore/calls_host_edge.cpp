#include <algorithm>
#include <utility>

#include "explore/calls_world.hpp"

// What the edge of a host does, with the actors that live there.
namespace explore::calls {

using kind = letter::kind;

void world::take_calls(process at, session_number from, const letter& arrived) {
  std::vector<hosting::arrived_call> calls;
  for (std::size_t i = 0; i < arrived.calls.size(); ++i) {
    calls.push_back({arrived.calls[i], (arrived.detail >> i & 1U) == 0});
  }
  hosting::effects out;
  sides_[at].table.calls(from, {actor_, arrived.epoch}, arrived.first, calls, out);
  settle_host(at, out);
}

void world::cancel_at_host(process at, session_number from, const letter& arrived) {
  hosting::effects out;
  sides_[at].table.cancel(from, {actor_, arrived.epoch}, arrived.calls.front(), out);
  settle_host(at, out);
}

void world::begin(const action& step) {
  const hosting::hosted_name life{actor_, step.epoch};
  const std::optional<hosting::placed_call> begun = sides_[step.at].table.begin(life);
  if (begun) check_begun(step.at, life, *begun);
  settle_host(step.at, {});
}

void world::end(const action& step) {
  side& here = sides_[step.at];
  const hosting::hosted_name life{actor_, step.epoch};
  const hosting::placed_call gone = here.table.actors().at(life).running[step.index].what;
  hosting::effects out;
  const auto answer = here.table.ended(life, gone.caller, gone.call, out);
  if (answer) {
    letter told{kind::answer, life.epoch, letter::value, {}, {answer->call}, {}};
    send(step.at, behind(answer->caller), std::move(told));
  }
  if (step.what == action::kind::exit) {
    --left_.exits;
    here.table.exit(life, out);
  }
  settle_host(step.at, out);
}

void world::settle_host(process at, const hosting::effects& out) {
  side& here = sides_[at];
  if (!here.alive) return;
  for (const hosting::hosted_name& each : out.to_build) check_built(at, each.epoch);
  for (const hosting::effects::created& each : out.creations) {
    const auto what = static_cast<std::uint32_t>(each.what);
    send(at, behind(each.to), {kind::created, each.which.epoch, what, {}, {}, {}});
  }
  for (const hosting::effects::answer& each : out.answers) {
    using told = hosting::effects::answer::kind;
    std::uint32_t what = letter::handed_back;
    if (each.what == told::lost) what = letter::lost;
    if (each.what == told::cancelled) {
      what = letter::cancelled;
      sides_[behind(each.to)].facts[static_cast<std::size_t>(each.call.task)].cancelled_at_host =
          true;
    }
    send(at, behind(each.to), {kind::answer, each.which.epoch, what, {}, {each.call}, {}});
  }
  for (const hosting::effects::ended& each : out.ends) {
    const auto why = static_cast<std::uint32_t>(each.why);
    if (each.to) send(at, behind(*each.to), {kind::ended, each.which.epoch, why, {}, {}, {}});
  }
  for (const hosting::hosted_name& each : out.to_begin) here.to_begin.insert(each);
  for (const hosting::hosted_name& each : out.freed) here.to_begin.erase(each);
  // An edge begins what it can, and then waits until it is told again.
  std::erase_if(here.to_begin, [&](const auto& each) { return !here.table.may_begin(each); });
}

}  // namespace explore::calls
