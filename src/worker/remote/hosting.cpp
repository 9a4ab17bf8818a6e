#include "worker/remote/actor_spawner.hpp"
#include "worker/remote/call_runner.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>

#include <algorithm>
#include <utility>

// The lives of actors that live here, and what is said of them.

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using hosting::hosted_name;

namespace {

wire::actor_end end_of(hosting::end_reason why) {
  switch (why) {
    case hosting::end_reason::finished: return wire::actor_end::finished;
    case hosting::end_reason::exited: return wire::actor_end::exited;
    case hosting::end_reason::process_died: return wire::actor_end::process_died;
    case hosting::end_reason::killed:
    case hosting::end_reason::constructor_threw:
    case hosting::end_reason::owner_died: break;
  }
  return wire::actor_end::killed;
}

}  // namespace

void call_runner::create(rpc::session_id owner, std::uint64_t number,
                         const wire::create_request& asked) {
  const hosted_name which{asked.actor, wire::epoch_number{asked.epoch}};
  if (asked.takes_over) {
    hosting::effects out;
    hosts_.take_over(number_of(owner), wire::request_number{number}, which, out);
    return act(out);
  }
  building made{.constructor = {.task = &engine_.make_hosted(*this), .which = which, .by = {}},
                .type = nullptr,
                .place = {wire::lease_number{asked.lease}, wire::slot_number{asked.slot}},
                .concurrency = std::max<std::uint32_t>(asked.max_concurrency, 1),
                .holds = asked.holds_resources,
                .detached = asked.detached};
  pushed_task& task = *made.constructor.task;
  if (!objects_.take(owner, asked.constructor.arguments, task.arguments, made.constructor.by)) {
    detail::release(task, detail::engine_reference);
    return;
  }
  take_header(task, asked.constructor, names_.of(owner), world_.now());
  task.constructs = true;
  fetch_arguments(task, owner, asked.constructor, [this, which] { construct_fetched(which); });
  if (const auto* found = names_.of(owner).find_function(asked.of_class)) {
    made.type = found->of_actors;
  }
  const bool fresh = to_build_.emplace(which, made).second;
  if (!fresh) let_go(made.constructor);
  hosting::effects out;
  hosts_.create(number_of(owner), wire::request_number{number}, which,
                {.calls_max = made.concurrency, .detached = asked.detached}, out);
  act(out);
  // Asked before, it is not built once more.
  if (auto unused = to_build_.extract(which); fresh && !unused.empty()) {
    let_go(unused.mapped().constructor);
  }
}

void call_runner::build(const hosted_name& which) {
  auto found = to_build_.extract(which);
  // An own actor is built already.
  if (found.empty()) return;
  // The place is its from now on.
  lives_[which].place = found.mapped().place;
  if (found.mapped().constructor.task->fetching != store::transfers::wait_number{}) {
    fetching_.insert(std::move(found));
  } else {
    construct(which, found.mapped());
  }
}

void call_runner::construct(const hosted_name& which, building& made) {
  pushed_task& task = *made.constructor.task;
  life& begun_life = lives_[which];
  if (made.type == nullptr || task.function == nullptr) {
    const auto outcome = std::make_shared<pushed_outcome>(failed_with(
        make_error(errc::function_not_found,
                   "the node " + id_text(engine_.incarnation(), 0) + " has no constructor " +
                       task.identity + ": its binary is another",
                   rt::outcome::not_started)));
    begun_life.thrown = outcome;
    begun_life.buried = true;
    let_go(made.constructor);
    hosting::effects out;
    hosts_.built(which, true, out);
    return act(out);
  }
  runtime_engine::hosting how{
      .holds = 0, .concurrency = made.concurrency, .id = which.actor, .detached = made.detached};
  const resource_set* const demand = made.holds ? places_.demand_of(made.place) : nullptr;
  if (demand != nullptr && !demand->empty()) how.holds = engine_.shape_of(*demand);
  task.place = ++last_begun_;
  begun_.emplace(task.place, begun{.what = made.constructor, .whose = {}});
  actor_state& actor = engine_.host(*made.type, how, task, *this);
  begun_life.core = detail::actor_ptr::share(&actor);
  begun_life.handle = detail::actor_handle::adopt(&actor);
}

void call_runner::take_over(const hosted_name& which, actor_state& actor) {
  life& made = lives_[which];
  made.core = detail::actor_ptr::share(&actor);
  made.buried = !runtime_engine::listen_to(actor, *this);
  hosting::effects out;
  hosts_.create(own_session, wire::request_number{}, which,
                {.calls_max = actor.concurrency, .detached = false}, out);
  hosts_.built(which, false, out);
  if (made.buried) hosts_.exit(which, out);
  act(out);
}

bool call_runner::kill(const hosted_name& which, bool after_calls) {
  hosting::effects out;
  bool killed = true;
  for (auto& [name, one] : lives_) {
    const bool any = which.epoch == wire::epoch_number{};
    if (name.actor == which.actor && (any || name.epoch == which.epoch)) one.finishes = after_calls;
  }
  if (after_calls) hosts_.finish(which, out);
  else killed = hosts_.kill(which, out);
  act(out);
  send_answers();
  return killed;
}

void call_runner::leave(wire::slot_place place) {
  for (const auto& [which, one] : lives_) {
    // `free_if_done` tells of it.
    if (one.place == place) return;
  }
  if (places_.freed) places_.freed(place);
}

void call_runner::act(hosting::effects& what) {
  for (const hosted_name& each : what.to_build) build(each);
  for (const hosting::effects::created& each : what.creations) answer_creation(each);
  for (const hosting::effects::answer& each : what.answers) {
    using kind = hosting::effects::answer::kind;
    if (auto dropped = kept_.extract({each.to, each.call}); !dropped.empty()) {
      let_go(dropped.mapped());
    }
    answers_[{each.to, each.which}].push_back(
        {.call = each.call,
         .what = each.what == kind::handed_back ? call_outcome::kind::handed_back
                 : each.what == kind::lost      ? call_outcome::kind::lost
                                                : call_outcome::kind::cancelled});
  }
  for (const hosting::effects::interruption& each : what.interruptions) {
    for (const auto& [number, one] : begun_) {
      if (one.whose != std::pair{each.caller, each.call} || one.what.which != each.which) continue;
      pushed_task& task = *one.what.task;
      detail::retain(task, detail::engine_reference);
      later_.push_back([&engine = engine_, &task] {
        engine.cancel_pushed(task);
        detail::release(task, detail::engine_reference);
      });
    }
  }
  for (const hosted_name& each : what.end_actor) end_actor(each, false);
  // What came of its calls is said before its end.
  if (!what.ends.empty()) send_answers();
  for (const hosting::effects::ended& each : what.ends) tell_end(each);
  for (const hosted_name& each : what.to_begin) {
    while (const auto next = hosts_.begin(each)) begin(each, *next);
  }
  for (const hosted_name& each : what.freed) {
    const auto found = lives_.find(each);
    if (found == lives_.end()) continue;
    found->second.freed = true;
    if (!found->second.buried) end_actor(each, found->second.finishes);
    free_if_done(each);
  }
  if (!later_.empty() || !answers_.empty()) news_.store(true, std::memory_order_release);
}

void call_runner::answer_creation(const hosting::effects::created& told) {
  using kind = hosting::effects::created::kind;
  if (told.to == own_session) {
    own_.post([this, told] { spawner_->created_here(told); });
    return;
  }
  wire::create_reply reply;
  reply.actor = told.which.actor;
  reply.epoch = static_cast<std::uint64_t>(told.which.epoch);
  if (told.what == kind::built) {
    reply.built.outcome = wire::inline_result{};
  } else if (told.what == kind::ended) {
    reply.built.outcome = wire::handed_back{};
  } else {
    const auto found = lives_.find(told.which);
    const pushed_outcome* thrown = found != lives_.end() ? found->second.thrown.get() : nullptr;
    reply.built.outcome = wire::failure{
        .code = thrown != nullptr ? thrown->code : errc::user_exception,
        .outcome = rt::outcome::completed,
        .text = thrown != nullptr ? thrown->text.substr(0, wire::limits::text_bytes_max) : "",
        .exception = {}};
  }
  static_cast<void>(board_.endpoint().answer(session_of(told.to),
                                             static_cast<std::uint64_t>(told.request), reply));
}

void call_runner::tell_end(const hosting::effects::ended& told) {
  if (!told.to) return;
  if (*told.to == own_session) {
    own_.post([this, told] { spawner_->ended_here(told.which, told.why); });
    return;
  }
  wire::actor_notice notice;
  notice.standing.actor = told.which.actor;
  notice.standing.epoch = static_cast<std::uint64_t>(told.which.epoch);
  notice.standing.state = wire::actor_state::dead;
  notice.end = end_of(told.why);
  static_cast<void>(board_.endpoint().tell(session_of(*told.to), notice));
}

void call_runner::end_actor(const hosted_name& which, bool after_calls) {
  // What waits for its constructor's arguments ends as one that has not begun.
  if (const auto waits = fetching_.find(which); waits != fetching_.end()) {
    pushed_task& task = *waits->second.constructor.task;
    objects_.give_up(std::exchange(task.fetching, {}));
    task.unreadable = std::make_exception_ptr(
        actor_died_error("the actor has ended before it was built", rt::outcome::not_started));
    construct_fetched(which);
  }
  const auto found = lives_.find(which);
  if (found == lives_.end() || found->second.core.get() == nullptr) return;
  later_.push_back([&engine = engine_, core = found->second.core, after_calls] {
    if (after_calls) engine.end_after_calls(state_of(*core));
    else engine.kill(*core);
  });
}

void call_runner::free_if_done(const hosted_name& which) {
  const auto found = lives_.find(which);
  if (found == lives_.end() || !found->second.freed || !found->second.buried) return;
  const wire::slot_place place = found->second.place;
  lives_.erase(found);
  if (place != wire::slot_place{} && places_.freed) places_.freed(place);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
