#include "worker/remote/pushed_task.hpp"

#include "worker/remote/object_keeper.hpp"

#include <rt/core/result.hpp>
#include <rt/detail/archive.hpp>
#include <rt/detail/failure.hpp>

#include <algorithm>
#include <memory>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::cell;

void end_pushed(cell& any) noexcept {
  auto& of = static_cast<pushed_task&>(any);
  std::destroy_at(&of.identity);
  std::destroy_at(&of.arguments);
  std::destroy_at(&of.unreadable);
  std::destroy_at(&of.name);
}

void write_outcome(cell& task, bool stays, pushed_outcome& how) {
  how.failed = task.now() == detail::phase::failed;
  detail::output_archive out(how.bytes.bytes, &how.bytes.references);
  if (how.failed) {
    // Its owner tells of it from here on.
    task.state.fetch_or(detail::observed_bit, std::memory_order_relaxed);
    const error_info told = error_info::from(detail::failure_of(task));
    how.code = told.code;
    how.text = told.message;
    detail::write_failure(out, detail::failure_of(task));
  } else {
    task.type->write_result(task, out);
    if (check_can_leave(how.bytes) > wire::limits::inline_bytes_max && !stays) {
      how.content = std::make_unique<written_content>(how.bytes);
    }
  }
}

pushed_outcome failed_with(const std::exception_ptr& failure) {
  pushed_outcome how;
  how.failed = true;
  const error_info told = error_info::from(failure);
  how.code = told.code;
  how.text = told.message;
  detail::output_archive out(how.bytes.bytes, &how.bytes.references);
  detail::write_failure(out, failure);
  return how;
}

void take_header(pushed_task& task, const wire::task_header& header, const session_names& names,
                 instant now) {
  if (const auto* function = names.find_function(header.function)) {
    task.function = function->record;
    task.identity = function->identity;
  } else {
    task.identity = "number " + std::to_string(header.function) + ", which was never told";
  }
  task.id = header.task;
  task.job = header.job;
  task.attempt = header.attempt;
  if (header.context.deadline_left_ns != wire::context_block::no_deadline) {
    constexpr std::uint64_t far = std::uint64_t{1} << 62;
    task.deadline = now + static_cast<instant>(std::min(header.context.deadline_left_ns, far));
  }
  task.name = header.name;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
