#pragma once

#include "lane/atomic.hpp"

#include <rt/detail/failure.hpp>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// Says which task an exception left and where that ran, for `run_guarded`.
/// Shape: `frame` is the task's `task_frame`, the innermost of this thread. Owner: the name is valid
/// until this thread asks again.
detail::task_description describe(void* frame);

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
