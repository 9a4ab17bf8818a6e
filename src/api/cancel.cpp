#include <rt/cancel.hpp>
#include <rt/core/error.hpp>
#include <rt/detail/engine.hpp>

namespace rt::detail {

void cancel(cell& task, const cancel_options& options) {
  if (options.force) {
    throw error(errc::not_isolated,
                "cancel: .force ends the process of a task, and this one runs in a thread; without "
                "it the task is asked to end",
                outcome::not_started);
  }
  engine_of(task).cancel(task);
}

}  // namespace rt::detail
