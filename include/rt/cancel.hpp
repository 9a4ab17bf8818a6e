#pragma once

#include <rt/get.hpp>
#include <rt/object_ref.hpp>

namespace rt {

/// How `cancel` goes about it.
struct cancel_options {
  /// End the process that runs it. Errors: `errc::not_isolated` where that is this one.
  bool force = false;
};

namespace detail {
void cancel(cell& task, const cancel_options& options);
}  // namespace detail

/// Asks for the end of a task and of all it has called.
///
/// One that has not started never does; one that runs sees `this_task::cancelled()`. `get` then
/// throws `task_cancelled_error`. Nothing happens to a task that is complete.
template <class T>
void cancel(const object_ref<T>& ref, const cancel_options& options = {}) {
  detail::cancel(*detail::checked_cell(ref), options);
}

}  // namespace rt
