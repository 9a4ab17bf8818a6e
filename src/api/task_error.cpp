#include <rt/task_error.hpp>

#include <algorithm>
#include <utility>

#include "api/task_failure.hpp"
#include "api/throw_stack.hpp"

namespace rt {

namespace detail {

void task_failure::add_step(task_step step) {
  steps.push_back(std::move(step));
  if (steps.size() <= steps_max) return;
  steps.erase(steps.begin() + steps_max / 2);
  ++steps_left_out;
}

void task_failure::compose() {
  what = text;
  for (std::size_t i = steps.size(); i-- > 0;) {
    const task_step& step = steps[i];
    what += "\n  in task " + step.task;
    if (!step.node.empty()) what += " on node " + step.node;
    if (!step.process.empty()) what += ", process " + step.process;
    if (steps_left_out != 0 && i == steps_max / 2)
      what += "\n  in " + std::to_string(steps_left_out) + " more tasks";
  }
  // Read as a C string, it must not end before its end.
  std::replace(what.begin(), what.end(), '\0', '?');
}

}  // namespace detail

task_error::task_error(std::shared_ptr<const detail::task_failure> failure) noexcept
    : failure_(std::move(failure)) {}

task_error::~task_error() = default;

const char* task_error::what() const noexcept { return failure_->what.c_str(); }

const std::string& task_error::type_name() const noexcept { return failure_->type_name; }

const std::string& task_error::task() const noexcept { return failure_->steps.front().task; }

const std::string& task_error::node() const noexcept { return failure_->steps.front().node; }

const std::string& task_error::process() const noexcept { return failure_->steps.front().process; }

std::string task_error::stack() const {
  if (!failure_->stack_addresses.empty()) return detail::describe_stack(failure_->stack_addresses);
  return failure_->stack_text;
}

untyped_task_error::untyped_task_error(std::shared_ptr<const detail::task_failure> failure)
    : std::runtime_error(failure->text), task_error(std::move(failure)) {}

const char* untyped_task_error::what() const noexcept { return task_error::what(); }

}  // namespace rt
