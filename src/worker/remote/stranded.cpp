#include "worker/remote/leaving_task.hpp"
#include "worker/remote/task_sender.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>

#include <utility>

// What becomes of tasks that wait for a node while there is no head that could name one.

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
    if (fits(demand, own) || (may_leave && nodes_.has_place(demand))) continue;
    for (; !of.ready.empty(); of.ready.pop_front()) {
      const leaving& task = at(of.ready.front());
      fail(of.ready.front(), failure(*task.task, task.may_have_run ? rt::outcome::unknown
                                                                   : rt::outcome::not_started));
    }
    if (of.never_twice) continue;  // they wait in the queue of the others
    while (cell* const task = engine_.draw_to_leave(of.shape)) {
      later_.push_back([&engine = engine_, task, why = failure(*task, rt::outcome::not_started)] {
        engine.fail_left(*task, why);
      });
    }
  }
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
