#include "worker/remote/task_runner.hpp"

#include "core/fault_site.hpp"
#include "rpc/session_numbers.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/cell.hpp>

#include <algorithm>
#include <mutex>
#include <utility>
#include <variant>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using rpc::number_of;
using rpc::session_of;
using wire::attempt_name;
using wire::owner_index;
using wire::slot_place;
using wire::slot_seq;

namespace {

attempt_name name_of(const wire::task_header& header) {
  return {owner_index{header.owner_index}, header.attempt};
}

wire::task_result result_for(const attempt_name& task) {
  wire::task_result made;
  made.owner_index = static_cast<std::uint32_t>(task.task);
  made.attempt = task.attempt;
  return made;
}

/// A slot's task that has waited so long for its CPU goes elsewhere, if there is one.
constexpr instant kept_out_after = 1'000'000;
/// If there is none it is looked at again after so long.
constexpr instant look_again_after = 10'000'000;

/// More results than this are sent in several messages.   Units: bytes.
constexpr std::size_t answer_bytes_max = std::size_t{256} << 10;

}  // namespace

task_runner::task_runner(runtime_engine& engine, rpc::switchboard& board, name_tables& names,
                         object_keeper& objects, slot_host host)
    : engine_(engine),
      world_(engine.world()),
      board_(board),
      names_(names),
      objects_(objects),
      host_(std::move(host)),
      lock_(engine.world()) {
  board.route({wire::message_kind::push_notice, wire::message_kind::take_back_request,
               wire::message_kind::cancel_request},
              *this);
}

task_runner::~task_runner() {
  for (const auto& [whose, each] : tasks_) detail::release(*each.task, detail::engine_reference);
  // The engine has the others that were begun.
  for (const auto& [number, each] : begun_) {
    if (each.task->fetching != store::transfers::wait_number{}) {
      detail::release(*each.task, detail::engine_reference);
    }
  }
  // What ended when nobody was left to be told.
  for (const end& each : ended_) detail::release(*each.task, detail::engine_reference);
}

void task_runner::open(rpc::session_id owner, slot_place place, const resource_set& demand) {
  slots_.open(number_of(owner), place);
  shapes_[place] = engine_.shape_of(demand);
}

void task_runner::keep_carried(rpc::session_id owner, const wire::task_header& task) {
  keep(owner, task);
}

void task_runner::let_go(rpc::session_id owner, const attempt_name& task) { forget({owner, task}); }

void task_runner::run_carried(rpc::session_id owner, slot_place place,
                              std::span<const attempt_name> tasks) {
  push(owner, place, slot_seq{1}, tasks);
}

void task_runner::close(slot_place place) {
  serving::effects out;
  slots_.close(place, out);
  act(out);
}

void task_runner::push(rpc::session_id owner, slot_place place, slot_seq first,
                       std::span<const attempt_name> tasks) {
  const auto shape = shapes_.find(place);
  slot_seq seq = first;
  for (const attempt_name& each : tasks) {
    const auto kept_task = tasks_.find({owner, each});
    if (kept_task != tasks_.end()) {
      kept_task->second.place = place;
      kept_task->second.seq = seq;
      kept_task->second.task->shape = shape != shapes_.end() ? shape->second : 0;
    }
    seq = seq + 1;
  }
  serving::effects out;
  if (!slots_.push(number_of(owner), place, first, tasks, out)) {
    world_.log("a session is closed: tasks are missing in front of what was pushed");
    board_.endpoint().close(owner);
    return;
  }
  act(out);
  const auto slot = slots_.by_place().find(place);
  if (slot != slots_.by_place().end()) start_beside(slot->second);
}

bool task_runner::keep(rpc::session_id owner, const wire::task_header& header) {
  const auto [at, added] = tasks_.emplace(key{owner, name_of(header)}, kept{});
  if (!added) return true;
  kept& made = at->second;
  made.task = &engine_.make_pushed(*this);
  pushed_task& task = *made.task;
  if (!objects_.take(owner, header.arguments, task.arguments, made.by)) {
    detail::release(task, detail::engine_reference);
    tasks_.erase(at);
    return false;
  }
  take_header(task, header, names_.of(owner), world_.now());
  fetch_arguments(owner, task, header);
  return true;
}

void task_runner::fetch_arguments(rpc::session_id owner, pushed_task& task,
                                  const wire::task_header& header) {
  if (header.stored.empty()) return;
  const object_id& object = header.stored.front().reference.object;
  if (header.stored.size() != 1 || object.incarnation != board_.incarnation_at(owner)) {
    task.unreadable = std::make_exception_ptr(
        serialization_error("what the task " + task.name + " is called with lies nowhere"));
    return;
  }
  task.fetching = objects_.fetch(
      object, [this, &task](brought_value&& came, const std::exception_ptr& failure) {
        task.fetching = {};
        if (failure == nullptr) task.arguments = std::move(came);
        else task.unreadable = failure;
        if (task.is_due) engine_.begin_pushed(task);
      });
}

void task_runner::forget(const key& which) {
  const auto found = tasks_.find(which);
  if (found == tasks_.end()) return;
  let_go(found->second);
  tasks_.erase(found);
}

void task_runner::let_go(kept& dropped) {
  objects_.give_up(dropped.task->fetching);
  // Its arguments are bytes still: nothing of the user's ends here.
  dropped.task->arguments.clear();
  objects_.finish(dropped.by);
  detail::release(*dropped.task, detail::engine_reference);
}

void task_runner::forget_from(rpc::session_id owner, slot_place place, slot_seq first) {
  for (auto at = tasks_.lower_bound({owner, {}}); at != tasks_.end() && at->first.first == owner;) {
    if (at->second.place != place || at->second.seq < first) {
      ++at;
      continue;
    }
    let_go(at->second);
    at = tasks_.erase(at);
  }
}

bool task_runner::is_held_back(serving::slot_index slot) {
  if (!full_.note(board_.endpoint(), session_of(slots_.owner(slot)))) return false;
  RT_PROBE("task_runner.held_back");
  return true;
}

bool task_runner::start_next(serving::slot_index slot) {
  if (is_held_back(slot)) return false;
  const auto next = slots_.start(slot);
  if (!next) return false;
  lend(slot, false);
  const key whose{session_of(slots_.owner(slot)), next->task};
  const auto found = tasks_.find(whose);
  if (found == tasks_.end()) {
    // Its owner was dead when it came; nobody waits for it.
    serving::effects out;
    static_cast<void>(slots_.ended(slot, next->seq, out));
    act(out);
    return true;
  }
  pushed_task& task = *found->second.task;
  const object_keeper::handed by = found->second.by;
  tasks_.erase(found);
  task.place = ++last_begun_;
  const instant now = world_.now();
  begun_.emplace(
      task.place,
      begun{.whose = whose, .slot = slot, .seq = next->seq, .task = &task, .by = by, .since = now});
  look_at_ = std::min(look_at_, now + kept_out_after);
  task.is_due = true;
  if (task.fetching == store::transfers::wait_number{}) engine_.begin_pushed(task);
  return true;
}

void task_runner::lend(serving::slot_index slot, bool lent) {
  if (!host_.lend) return;
  for (const auto& [place, which] : slots_.by_place()) {
    if (which == slot) return host_.lend(place, lent);
  }
}

void task_runner::start_beside(serving::slot_index slot) {
  bool any = false;
  for (const auto& [number, one] : begun_) {
    if (one.slot != slot) continue;
    if (!one.has_blocked) return;
    any = true;
  }
  // Where nothing runs it was held back, or nothing waits.
  if (!start_next(slot) && any) lend(slot, true);
}

void task_runner::act(serving::effects& what) {
  for (const serving::effects::answer& each : what.answers) {
    const rpc::session_id to = session_of(each.to);
    wire::task_result made = result_for(each.task);
    if (each.what == serving::effects::answer::kind::handed_back) {
      made.outcome = wire::handed_back{};
    } else {
      made.outcome = wire::failure{.code = errc::task_cancelled,
                                   .outcome = rt::outcome::not_started,
                                   .text = "the task was cancelled before it started",
                                   .exception = {}};
    }
    forget({to, each.task});
    answer(to, std::move(made));
  }
  for (const serving::effects::interruption& each : what.interruptions) {
    for (const auto& [number, one] : begun_) {
      if (one.slot == each.slot && one.seq == each.seq) interrupt(*one.task);
    }
  }
  for (const serving::slot_index each : what.to_start) static_cast<void>(start_next(each));
  for (const slot_place each : what.freed) {
    shapes_.erase(each);
    if (host_.freed) host_.freed(each);
  }
}

void task_runner::interrupt(pushed_task& task) {
  if (task.fetching != store::transfers::wait_number{}) {
    objects_.give_up(std::exchange(task.fetching, {}));
    task.unreadable = std::make_exception_ptr(task_cancelled_error(
        "the task " + task.name + " was cancelled before it began", rt::outcome::not_started));
    return engine_.begin_pushed(task);
  }
  detail::retain(task, detail::engine_reference);
  later_.push_back([&engine = engine_, &task] {
    engine.cancel_pushed(task);
    detail::release(task, detail::engine_reference);
  });
}

void task_runner::attend(attendant::deferred& later) {
  news_.store(false, std::memory_order_seq_cst);
  std::vector<end> ended;
  std::vector<std::uint64_t> blocked;
  {
    const std::lock_guard guard(lock_);
    ended.swap(ended_);
    blocked.swap(blocked_);
  }
  serving::effects out;
  std::vector<serving::slot_index> ended_in;
  for (end& each : ended) {
    const auto found = begun_.find(each.task->place);
    const begun over = found->second;
    begun_.erase(found);
    const auto to = slots_.ended(over.slot, over.seq, out);
    if (to) answer(*to, *each.task, each.how);
    // Behind its results, which may be among them.
    objects_.finish(over.by);
    detail::release(*each.task, detail::engine_reference);
    lend(over.slot, false);
    ended_in.push_back(over.slot);
  }
  act(out);
  for (const serving::slot_index each : ended_in) start_beside(each);
  for (const std::uint64_t each : blocked) {
    const auto found = begun_.find(each);
    if (found == begun_.end()) continue;
    found->second.has_blocked = true;
    start_beside(found->second.slot);
  }
  see_to_kept_out();
  send_answers();
  see_to_free_sessions();
  for (auto& each : later_) later.push_back(std::move(each));
  later_.clear();
}

void task_runner::see_to_kept_out() {
  const instant now = world_.now();
  if (now < look_at_) return;
  look_at_ = never;
  std::vector<std::uint64_t> kept_out;
  for (const auto& [number, one] : begun_) {
    if (one.task->fetching != store::transfers::wait_number{} ||
        !engine_.waits_for_place(*one.task))
      continue;
    const instant due = one.since + kept_out_after;
    if (now < due) {
      look_at_ = std::min(look_at_, due);
    } else if (host_.is_free_elsewhere &&
               host_.is_free_elsewhere(engine_.demand_of(one.task->shape))) {
      kept_out.push_back(number);
    } else {
      look_at_ = std::min(look_at_, now + look_again_after);
    }
  }
  serving::effects out;
  std::vector<serving::slot_index> left_by;
  for (const std::uint64_t each : kept_out) {
    const begun& one = begun_.at(each);
    if (!engine_.take_back(*one.task)) continue;
    RT_PROBE("task_runner.handed_back_unrun");
    const auto over = begun_.extract(each).mapped();
    kept dropped{.task = over.task, .place = {}, .seq = {}, .by = over.by};
    if (const auto to = slots_.ended(over.slot, over.seq, out)) {
      wire::task_result made = result_for(to->task);
      made.outcome = wire::handed_back{};
      answer(session_of(to->session), std::move(made));
    }
    let_go(dropped);
    lend(over.slot, false);
    left_by.push_back(over.slot);
  }
  act(out);
  for (const serving::slot_index each : left_by) start_beside(each);
}

void task_runner::see_to_free_sessions() {
  for (const rpc::session_id each : full_.take_free(board_.endpoint())) {
    std::vector<serving::slot_index> owned;
    for (const auto& [place, slot] : slots_.by_place()) {
      if (slots_.owner(slot) == number_of(each)) owned.push_back(slot);
    }
    for (const serving::slot_index slot : owned) start_beside(slot);
  }
}

void task_runner::answer(const serving::slot_table::answer_to& to, const pushed_task& task,
                         pushed_outcome& how) {
  const rpc::session_id session = session_of(to.session);
  wire::task_result made = result_for(to.task);
  made.run_ns = how.run_ns;
  outcomes_.push_back(std::make_unique<pushed_outcome>(std::move(how)));
  pushed_outcome& kept = *outcomes_.back();
  try {
    if (kept.content != nullptr) {
      made.outcome = objects_.hand_on_result(*kept.content, kept.bytes, session);
      // Told of before it is a copy of something.
      answer(session, std::move(made));
      const object_id result{board_.incarnation_at(session), task.id.counter};
      results_.emplace_back(result, std::move(kept.content));
      return;
    }
    check_leaves(kept.bytes, "a failure");
    const wire::payload bytes = objects_.hand_on(kept.bytes, session);
    if (kept.failed) {
      made.outcome = wire::failure{
          .code = kept.code, .outcome = rt::outcome::completed, .text = {}, .exception = bytes};
    } else {
      made.outcome = wire::inline_result{bytes};
    }
  } catch (const error& refused) {
    made.outcome = wire::failure{.code = refused.code(),
                                 .outcome = rt::outcome::completed,
                                 .text = refused.what(),
                                 .exception = {}};
  }
  answer(session, std::move(made));
}

void task_runner::answer(rpc::session_id to, wire::task_result result) {
  answers_[to].push_back(std::move(result));
}

void task_runner::send_answers() {
  rpc::endpoint& endpoint = board_.endpoint();
  for (auto& [session, results] : answers_) {
    wire::started_notice started;
    for (const serving::mark& each : slots_.take_marks(number_of(session))) {
      started.slots.push_back({.lease = static_cast<std::uint64_t>(each.slot.lease),
                               .slot = static_cast<std::uint32_t>(each.slot.slot),
                               .started = static_cast<std::uint64_t>(each.started)});
    }
    // To a session that has ended nothing is said.
    if (!started.slots.empty()) static_cast<void>(endpoint.tell(session, started));
    wire::results_notice notice;
    std::size_t bytes = 0;
    for (wire::task_result& each : results) {
      if (const auto* value = std::get_if<wire::inline_result>(&each.outcome)) {
        bytes += value->value.bytes.size();
      }
      notice.results.push_back(std::move(each));
      if (bytes < answer_bytes_max && notice.results.size() < wire::limits::tasks_max) continue;
      static_cast<void>(endpoint.tell(session, notice));
      notice.results.clear();
      bytes = 0;
    }
    if (!notice.results.empty()) static_cast<void>(endpoint.tell(session, notice));
  }
  answers_.clear();
  outcomes_.clear();
  for (const auto& [result, content] : std::exchange(results_, {})) {
    objects_.keep_result(result, *content);
  }
}

void task_runner::asked(rpc::session_id session, const rpc::arrival& request) {
  const wire::message& asks = request.envelope.message;
  const std::uint64_t number = request.envelope.number;
  serving::effects out;
  wire::message reply;
  if (const auto* back = std::get_if<wire::take_back_request>(&asks)) {
    const slot_place place{wire::lease_number{back->lease}, wire::slot_number{back->slot}};
    wire::take_back_reply told;
    const slot_seq first = slots_.take_back(number_of(session), place, slot_seq{back->first_seq});
    told.first_seq = static_cast<std::uint64_t>(first);
    forget_from(session, place, first);
    reply = told;
  } else if (const auto* cancel = std::get_if<wire::cancel_request>(&asks)) {
    wire::cancel_reply told;
    for (const wire::task_attempt& each : cancel->tasks) {
      const attempt_name task{owner_index{each.owner_index}, each.attempt};
      if (host_.cancel_carried && host_.cancel_carried(session, task)) {
        told.effects.push_back(wire::cancel_effect::never_starts);
        continue;
      }
      const serving::cancel_effect effect =
          slots_.cancel(number_of(session), wire::request_number{number}, task, cancel->force, out);
      told.effects.push_back(
          effect == serving::cancel_effect::never_starts ? wire::cancel_effect::never_starts
          : effect == serving::cancel_effect::told       ? wire::cancel_effect::told
                                                         : wire::cancel_effect::not_here);
    }
    // Within a session what was sent before has come before.
    slots_.acknowledged(number_of(session), wire::request_number{number});
    reply = told;
  } else {
    return board_.endpoint().close(session);
  }
  act(out);
  send_answers();
  static_cast<void>(board_.endpoint().answer(session, number, reply));
}

void task_runner::told(rpc::session_id session, const rpc::arrival& notice) {
  const auto* pushed = std::get_if<wire::push_notice>(&notice.envelope.message);
  if (pushed == nullptr) return;
  const slot_place place{wire::lease_number{pushed->lease}, wire::slot_number{pushed->slot}};
  std::vector<attempt_name> names;
  for (const wire::task_header& each : pushed->tasks) {
    // Of an owner that is dead nothing is taken.
    if (!keep(session, each)) return;
    names.push_back(name_of(each));
  }
  push(session, place, slot_seq{pushed->first_seq}, names);
  send_answers();
}

void task_runner::ended(rpc::session_id session, const rpc::peer&, rpc::session_end) {
  serving::effects out;
  slots_.session_ended(number_of(session), out);
  for (auto at = tasks_.lower_bound({session, {}});
       at != tasks_.end() && at->first.first == session;) {
    let_go(at->second);
    at = tasks_.erase(at);
  }
  answers_.erase(session);
  act(out);
}

void task_runner::ended(pushed_task& task, pushed_outcome&& how) noexcept {
  {
    const std::lock_guard guard(lock_);
    ended_.push_back({&task, std::move(how)});
  }
  news_.store(true, std::memory_order_release);
  engine_.want_turn();
}

void task_runner::blocked(pushed_task& task) noexcept {
  {
    const std::lock_guard guard(lock_);
    blocked_.push_back(task.place);
  }
  news_.store(true, std::memory_order_release);
  engine_.want_turn();
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
