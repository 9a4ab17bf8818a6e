#include "worker/remote/call_runner.hpp"

#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"
#include "worker/runtime_engine.hpp"

#include <mutex>
#include <utility>

// Calls of actors that live here: from their arrival until their outcome is there.

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using hosting::hosted_name;
using wire::attempt_name;
using wire::session_number;

call_runner::call_runner(runtime_engine& engine, rpc::switchboard& board, name_tables& names,
                         object_keeper& objects, own_letters& own, place_host places)
    : engine_(engine),
      world_(engine.world()),
      board_(board),
      names_(names),
      objects_(objects),
      own_(own),
      places_(std::move(places)),
      lock_(engine.world()) {}

call_runner::~call_runner() {
  for (const auto& [whose, each] : kept_) detail::release(*each.task, detail::engine_reference);
  for (const auto& [which, each] : to_build_) {
    detail::release(*each.constructor.task, detail::engine_reference);
  }
  for (const auto& [which, each] : fetching_) {
    detail::release(*each.constructor.task, detail::engine_reference);
  }
  // What ended when nobody was left to be told.
  for (const end& each : ended_) detail::release(*each.task, detail::engine_reference);
}

void call_runner::take_calls(rpc::session_id caller, const wire::calls_notice& notice) {
  const hosted_name which{notice.actor, wire::epoch_number{notice.epoch}};
  std::vector<hosting::arrived_call> arrived;
  for (const wire::task_header& header : notice.calls) {
    const attempt_name name{from_wire(header.owner_index), header.attempt};
    kept made{.task = &engine_.make_hosted(*this), .which = which, .by = {}};
    if (!objects_.take(caller, header.arguments, made.task->arguments, made.by)) {
      // Of a caller that is dead nothing is taken.
      detail::release(*made.task, detail::engine_reference);
      break;
    }
    take_header(*made.task, header, names_.of(caller), world_.now());
    const key whose{number_of(caller), name};
    bool waits = false;
    if (kept_.emplace(whose, made).second) {
      waits = fetch_arguments(*made.task, caller, header,
                              [this, which, whose] { call_is_ready(which, whose); });
    } else {
      let_go(made);
    }
    arrived.push_back({.name = name, .ready = !waits});
  }
  hosting::effects out;
  hold_if_full(caller);
  hosts_.calls(number_of(caller), which, wire::call_seq{notice.first_seq}, arrived, out);
  act(out);
  send_answers();
}

void call_runner::take_own_calls(const hosted_name& which, wire::call_seq first,
                                 std::span<const own_call> calls) {
  std::vector<hosting::arrived_call> arrived;
  for (const own_call& each : calls) {
    pushed_task& task = engine_.make_hosted(*this);
    task.function = each.function;
    task.id = each.id;
    task.attempt = each.name.attempt;
    task.stays = true;
    task.arguments.own.append(each.arguments->bytes.data(), each.arguments->bytes.size());
    task.arguments.references = each.arguments->references;
    if (each.context != nullptr) {
      task.job = each.context->job;
      task.deadline = each.context->deadline;
      if (each.context->owner == each.owner) task.name = each.context->name;
    }
    const key whose{own_session, each.name};
    kept_.emplace(whose, kept{.task = &task, .which = which, .by = {}});
    const bool waits = static_cast<bool>(each.stored_arguments);
    if (waits) {
      fetch_arguments(task, each.stored_arguments,
                      [this, which, whose] { call_is_ready(which, whose); });
    }
    arrived.push_back({.name = each.name, .ready = !waits});
  }
  hosting::effects out;
  hosts_.calls(own_session, which, first, arrived, out);
  act(out);
}

bool call_runner::cancel_call(session_number caller, const attempt_name& call) {
  std::optional<hosted_name> which;
  if (const auto waits = kept_.find({caller, call}); waits != kept_.end()) {
    which = waits->second.which;
  }
  for (const auto& [number, one] : begun_) {
    if (one.whose == key{caller, call}) which = one.what.which;
  }
  if (!which) return false;
  hosting::effects out;
  static_cast<void>(hosts_.cancel(caller, *which, call, out));
  act(out);
  return true;
}

void call_runner::begin(const hosted_name& which, const hosting::placed_call& call) {
  const key whose{call.caller, call.call};
  auto found = kept_.extract(whose);
  pushed_task& task = *found.mapped().task;
  task.place = ++last_begun_;
  begun_.emplace(task.place, begun{.what = found.mapped(), .whose = whose});
  engine_.begin_hosted(state_of(*lives_.at(which).core), task);
}

void call_runner::hold_if_full(rpc::session_id caller) {
  if (!full_.note(board_.endpoint(), caller)) return;
  RT_PROBE("call_runner.held_back");
  if (!RT_SIMBUG("call_runner.never_held_back")) hosts_.hold(number_of(caller));
}

void call_runner::let_go(kept& dropped) {
  objects_.give_up(std::exchange(dropped.task->fetching, {}));
  // Its arguments are bytes still: nothing of the user's ends here.
  dropped.task->arguments.clear();
  objects_.finish(dropped.by);
  detail::release(*dropped.task, detail::engine_reference);
}

void call_runner::take_end(pushed_task& task, pushed_outcome& how) {
  const auto found = begun_.extract(task.place);
  begun over = found.mapped();
  const hosted_name which = over.what.which;
  const auto shared = std::make_shared<pushed_outcome>(std::move(how));
  hosting::effects out;
  if (task.constructs) {
    if (shared->failed) lives_.at(which).thrown = shared;
    hosts_.built(which, shared->failed, out);
  } else {
    const auto to = hosts_.ended(which, over.whose.first, over.whose.second, out);
    if (to) {
      answers_[{to->caller, which}].push_back(
          {.call = to->call, .id = task.id, .what = call_outcome::kind::ended, .how = shared});
    }
    // It may have ended its actor, as that sees it.
    if (shared->actor_died) hosts_.exit(which, out);
  }
  act(out);
  send_answers();
  // Behind its result, which may be among them.
  objects_.finish(over.what.by);
  detail::release(task, detail::engine_reference);
}

void call_runner::take_burial(const actor_state& actor) {
  for (auto& [which, one] : lives_) {
    if (one.core.get() != &actor) continue;
    const hosted_name over = which;
    one.buried = true;
    hosting::effects out;
    // What ends with its process has not ended itself: it may live again elsewhere.
    if (engine_.closing()) hosts_.process_died(over, out);
    else hosts_.exit(over, out);
    act(out);
    return free_if_done(over);
  }
}

void call_runner::attend(attendant::deferred& later) {
  news_.store(false, std::memory_order_seq_cst);
  std::vector<end> ended;
  std::vector<const actor_state*> buried;
  {
    const std::lock_guard guard(lock_);
    ended.swap(ended_);
    buried.swap(buried_);
  }
  for (end& each : ended) take_end(*each.task, each.how);
  for (const actor_state* each : buried) take_burial(*each);
  send_answers();
  hosting::effects out;
  for (const rpc::session_id each : full_.take_free(board_.endpoint())) {
    hosts_.go_on(number_of(each), out);
  }
  act(out);
  for (auto& each : later_) later.push_back(std::move(each));
  later_.clear();
}

void call_runner::session_ended(session_number which) {
  hosting::effects out;
  hosts_.session_ended(which, out);
  for (auto at = kept_.lower_bound({which, {}}); at != kept_.end() && at->first.first == which;) {
    let_go(at->second);
    at = kept_.erase(at);
  }
  act(out);
}

void call_runner::ended(pushed_task& task, pushed_outcome&& how) noexcept {
  {
    const std::lock_guard guard(lock_);
    ended_.push_back({&task, std::move(how)});
  }
  news_.store(true, std::memory_order_release);
  engine_.want_turn();
}

void call_runner::buried(actor_state& actor) noexcept {
  {
    const std::lock_guard guard(lock_);
    buried_.push_back(&actor);
  }
  news_.store(true, std::memory_order_release);
  engine_.want_turn();
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
