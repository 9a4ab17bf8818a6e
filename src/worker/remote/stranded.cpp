#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"
#include "worker/describe.hpp"
#include "worker/remote/leaving_task.hpp"
#include "worker/remote/task_sender.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>

#include <algorithm>
#include <deque>
#include <utility>

// What becomes of tasks that wait for a node where none is that could run them: while there is a head, one
// may join; without a head, none does.

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using attempts::owner_index;
using detail::cell;

void task_sender::without_head(const std::optional<error_info>& why) {
  stranded_by_ = why;
  news_.store(true, std::memory_order_release);
}

void task_sender::attend_unheard(attendant::deferred& later) {
  news_.store(false, std::memory_order_seq_cst);
  take_finished();
  fail_stranded(false);
  for (auto& each : later_) later.push_back(std::move(each));
  later_.clear();
}

bool task_sender::is_misfit(const task_class& of) const {
  return of.infeasible || !nodes_.has_place(of.demand.resources);
}

void task_sender::come_home(task_class& of) {
  for (const owner_index each : std::exchange(of.ready, {})) {
    RT_PROBE("task_sender.comes_home");
    leaving& task = at(each);
    if (task.fetched) objects_.result_came(*task.task);
    later_.push_back([&engine = engine_, task = task.task, shape = of.shape, attempt = task.attempt,
                      retries_left = task.retries_left, handle = std::move(task.fetched)] {
      engine.come_home(*task, shape, attempt, retries_left);
    });
    forget(each);
  }
}

/// What this process could run itself waits in its queue.
void task_sender::see_to_misfits(task_class& of, instant now, attendant::deferred& later) {
  if (!nodes_.known() || !is_misfit(of)) {
    of.misfit_since = never;
    return;
  }
  const resource_set& demand = of.demand.resources;
  if (fits(demand, engine_.total())) return come_home(of);
  if (!of.never_twice) {
    // Drawn, so that each has its time.
    draw(of, std::min(engine_.waiting(of.shape), written_ahead_max), later);
  }
  if (of.misfit_since == never) {
    of.misfit_since = now;
    of.misfit_look = misfits_.until(now);
  }
  if (of.ready.empty() || RT_SIMBUG("misfit.waits_for_ever")) return;
  misfits_.tell("the task " + name_of(*at(of.ready.front()).task), demand);
  if (now < of.misfit_look) {
    look_at_ = std::min(look_at_, of.misfit_look);
    return;
  }
  std::deque<owner_index> waiting;
  of.misfit_look = misfits_.until(now);
  for (const owner_index each : std::exchange(of.ready, {})) {
    const leaving& task = at(each);
    const instant until = misfits_.until(std::max(task.waits_since, of.misfit_since));
    if (now < until) {
      of.misfit_look = std::min(of.misfit_look, until);
      waiting.push_back(each);
      continue;
    }
    fail(each, make_error(errc::unschedulable,
                          "the task " + name_of(*task.task) + " can never be run: it " +
                              nodes_.lacking(demand),
                          task.may_have_run ? rt::outcome::unknown : rt::outcome::not_started));
  }
  of.ready = std::move(waiting);
  look_at_ = std::min(look_at_, of.misfit_look);
}

void task_sender::fail_stranded(bool may_leave) {
  if (!stranded_by_) return;
  for (std::uint32_t shape = 0; shape < engine_.shapes(); ++shape) {
    if (engine_.waiting(shape) != 0) static_cast<void>(class_of(shape, false));
  }
  const resource_set own = engine_.total();
  const auto failure = [this](const cell& task, rt::outcome known) {
    return make_error(
        stranded_by_->code,
        "the task " + name_of(task) + " cannot be run anywhere: " + stranded_by_->message, known);
  };
  for (const auto& each : classes_) {
    task_class& of = *each;
    const resource_set& demand = of.demand.resources;
    if (may_leave && nodes_.has_place(demand)) continue;
    if (fits(demand, own)) {
      come_home(of);
      continue;
    }
    for (; !of.ready.empty(); of.ready.pop_front()) {
      const leaving& task = at(of.ready.front());
      fail(of.ready.front(), failure(*task.task, task.may_have_run ? rt::outcome::unknown
                                                                   : rt::outcome::not_started));
    }
    if (of.never_twice) continue;  // they wait in the queue of the others
    std::size_t stay = 0;
    while (cell* const task = engine_.draw_to_leave(of.shape, stay)) {
      later_.push_back([&engine = engine_, task, why = failure(*task, rt::outcome::not_started)] {
        engine.fail_left(*task, why);
      });
    }
  }
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
