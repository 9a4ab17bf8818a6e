#include "worker/remote/task_sender.hpp"

#include "core/planted_bug.hpp"
#include "rpc/session_numbers.hpp"
#include "worker/remote/leaving_task.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/archive.hpp>
#include <rt/detail/call_context.hpp>
#include <rt/detail/failure.hpp>

#include <algorithm>
#include <mutex>
#include <utility>
#include <variant>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using attempts::class_number;
using attempts::owner_index;
using detail::cell;
using rpc::number_of;

namespace {

/// How long tasks wait for own slots that draw none.   Units: nanoseconds.
constexpr instant kept_for = 1'000'000;
/// For how long it is taken for granted that what belonged here still lies in the queue.
constexpr instant stay_for = 100'000'000;
constexpr attempts::class_options class_limits{
    .depth = 16, .slots_max = 4096, .requests_max = 64, .carried_max = 16, .never_twice = false};
}  // namespace

task_sender::task_sender(runtime_engine& engine, rpc::switchboard& board, name_tables& names,
                         object_keeper& objects, job_id own_job)
    : engine_(engine),
      world_(engine.world()),
      board_(board),
      names_(names),
      objects_(objects),
      job_(own_job),
      book_(attempts::book_options{}),
      nodes_(board, engine.incarnation()),
      misfits_(world_, engine.settings().unschedulable_timeout),
      lock_(engine.world()) {
  board.route({wire::message_kind::results_notice, wire::message_kind::started_notice,
               wire::message_kind::recall_notice, wire::message_kind::worker_died_notice},
              *this);
}

task_sender::~task_sender() = default;

void task_sender::take_view(const std::vector<wire::node_entry>& nodes) {
  nodes_.take_view(nodes);
  for (const auto& each : classes_) each->infeasible = false;
  news_.store(true, std::memory_order_release);
}

void task_sender::cancelled() noexcept {
  {
    const std::lock_guard guard(lock_);
    some_cancelled_ = true;
  }
  news_.store(true, std::memory_order_release);
}

bool task_sender::empty() const noexcept { return tasks_.empty(); }

task_sender::task_class& task_sender::class_of(std::uint32_t shape, bool never_twice) {
  for (const auto& each : classes_) {
    if (each->shape == shape && each->never_twice == never_twice) return *each;
  }
  auto made = std::make_unique<task_class>();
  made->shape = shape;
  made->never_twice = never_twice;
  made->demand.resources = engine_.demand_of(shape);
  attempts::class_options limits = class_limits;
  limits.never_twice = never_twice;
  made->number = book_.open_class(limits);
  classes_.push_back(std::move(made));
  return *classes_.back();
}

void task_sender::attend(attendant::deferred& later) {
  news_.store(false, std::memory_order_seq_cst);
  take_finished();
  see_to_cancelled();
  const instant now = world_.now();
  attempts::effects looked;
  if (now >= book_.next_look()) book_.look(now, looked);
  act(looked);
  see_to_free_sessions();
  see_to_classes(later);
  fail_stranded(true);
  for (auto& each : later_) later.push_back(std::move(each));
  later_.clear();
}

instant task_sender::due() const noexcept { return std::min(look_at_, book_.next_look()); }

/// Takes what was written down, and what is to be run once more.
void task_sender::take_finished() {
  std::vector<owner_index> written;
  std::vector<owner_index> again;
  std::vector<owner_index> over;
  {
    const std::lock_guard guard(lock_);
    written.swap(written_);
    again.swap(again_);
    over.swap(over_);
  }
  for (const owner_index each : over) forget(each);
  for (const owner_index each : written) {
    leaving& task = at(each);
    --task.of->in_writing;
    if (task.unwritable != nullptr) {
      fail(each, std::exchange(task.unwritable, nullptr));
      continue;
    }
    if (task.content != nullptr) {
      task.stored_bytes = task.content->bytes();
      task.stored_arguments = objects_.keep_arguments(*task.content, task.arguments);
      task.content = nullptr;
    }
    task.of->ready.push_back(each);
  }
  for (const owner_index each : again) wait_again(each);
}

void task_sender::see_to_cancelled() {
  {
    const std::lock_guard guard(lock_);
    if (!std::exchange(some_cancelled_, false)) return;
  }
  attempts::effects out;
  tasks_.for_each([&](owner_index which, leaving& task) {
    if (!engine_.is_cancelled(*task.task)) return;
    // It has ended, and its result is on its way.
    if (task.fetched && !task.runs_again) return;
    auto& ready = task.of->ready;
    const auto waits = std::find(ready.begin(), ready.end(), which);
    if (waits != ready.end()) {
      ready.erase(waits);
      fail(which, cancelled_error(*task.task, task.may_have_run ? rt::outcome::unknown
                                                                : rt::outcome::not_started));
    } else {
      book_.cancel(which, false, out);
    }
  });
  act(out);
}

void task_sender::see_to_free_sessions() {
  for (const rpc::session_id each : full_.take_free(board_.endpoint())) {
    book_.go_on(number_of(each));
  }
}

void task_sender::see_to_classes(attendant::deferred& later) {
  for (std::uint32_t shape = 0; shape < engine_.shapes(); ++shape) {
    const std::size_t waiting = engine_.waiting(shape);
    if (waiting != 0) static_cast<void>(class_of(shape, false));
  }
  const instant now = world_.now();
  look_at_ = never;
  for (std::size_t i = 0; i < classes_.size(); ++i) see_to_class(*classes_[i], now, later);
}

/// What own slots are through with soon is not worth a journey, and stays. If they draw none for a while,
/// it may leave, but only for a slot that is held elsewhere: until then whoever has a place first runs it.
task_sender::leavers task_sender::count_leavers(task_class& of, instant now) {
  if (of.never_twice || is_misfit(of)) return {};
  const std::uint64_t draws = engine_.slots_have_drawn();
  const bool drew = std::exchange(of.draws_seen, draws) != draws;
  if (drew || now >= of.stay_until) of.stay = 0;
  std::size_t queued = engine_.waiting(of.shape);
  queued -= std::min(queued, of.stay);
  if (of.stay != 0) look_at_ = std::min(look_at_, of.stay_until);
  const std::size_t kept = of.shape == 0 ? std::min(kept_, queued) : 0;
  if (kept == 0) of.kept_since = never;
  else if (of.kept_since == never || drew) of.kept_since = now;
  if (kept == 0 || RT_SIMBUG("kept.for_ever")) return {.all = queued - kept};
  if (now - of.kept_since >= kept_for) return {.all = queued, .held_only = kept};
  look_at_ = std::min(look_at_, of.kept_since + kept_for);
  return {.all = queued - kept};
}

void task_sender::see_to_class(task_class& of, instant now, attendant::deferred& later) {
  see_to_misfits(of, now, later);
  const leavers queued = count_leavers(of, now);
  attempts::effects out;
  book_.waiting(of.number, queued.all + of.ready.size() + of.in_writing, out);
  act(out);
  while (!of.ready.empty()) {
    const auto place = book_.next_room(of.number, now);
    if (!place) break;
    push(of, *place);
  }
  const auto wanted = is_misfit(of) ? std::nullopt : book_.next_want(of.number, now);
  const auto place = book_.next_room(of.number, now);
  const std::size_t drawn = of.ready.size() + of.in_writing;
  const std::size_t into_room = place ? place->tasks : 0;
  const std::size_t carried = wanted ? std::max<std::size_t>(wanted->carried_max, 1) : 0;
  const std::size_t leave =
      std::max(std::min(into_room, queued.all + drawn),
               std::min(into_room + carried, queued.all - queued.held_only + drawn));
  if (leave > drawn) draw(of, std::min(leave - drawn, written_ahead_max), later);
  // Those that were drawn go with the request, when they are written.
  const bool all_drawn = leave <= drawn || !of.ready.empty();
  if (wanted && of.in_writing == 0 && all_drawn) ask(of, *wanted);
  const attempts::task_class& told = book_.of(of.number);
  if (told.waiting != 0 && told.ask_again_at > now)
    look_at_ = std::min(look_at_, told.ask_again_at);
}

void task_sender::draw(task_class& of, std::size_t count, attendant::deferred& later) {
  for (; count != 0; --count) {
    cell* const task = engine_.draw_to_leave(of.shape, of.stay);
    if (task == nullptr) {
      of.stay_until = world_.now() + stay_for;
      return;
    }
    const detail::call_context* context = task->context.load(std::memory_order_relaxed);
    const bool own = context != nullptr && context->owner == task;
    auto made = std::make_unique<leaving>();
    made->task = task;
    const object_id result = objects_.promise_id(*task);
    made->id = {result.incarnation, result.counter};
    made->retries_left = own ? static_cast<std::int32_t>(context->retries_left) : default_retries;
    made->of = &class_of(of.shape, made->retries_left == 0);
    ++made->of->in_writing;
    const owner_index which = tasks_.add(std::move(made));
    leaving& leaves = at(which);
    leaves.index = which;
    leaves.waits_since = world_.now();
    later.push_back([this, which, &leaves] {
      leaves.write();
      {
        const std::lock_guard guard(lock_);
        written_.push_back(which);
      }
      news_.store(true, std::memory_order_release);
    });
  }
}

void task_sender::wait_again(owner_index which) {
  leaving& task = at(which);
  task.waits_since = world_.now();
  task.of->ready.push_front(which);
}

const node_list::node* task_sender::choose(task_class& of) {
  if (of.asked_next != 0) {
    const auto* const named = nodes_.find_process(std::exchange(of.asked_next, 0));
    if (named != nullptr) return named;
  }
  return nodes_.next(of.demand.resources);
}

attempts::attempt task_sender::leaving::as_attempt() const noexcept {
  return {.name = {index, attempt},
          .retries_left = retries_left,
          .never_twice = of->never_twice,
          .may_have_run = may_have_run};
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
