#pragma once

#include "core/variant.hpp"
#include "wire/task_header.hpp"

#include <rt/core/environment.hpp>
#include <rt/detail/cell.hpp>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// Writes into the header of a task or call that leaves what it was called with beside its arguments: its
/// job, if it has another than the header's; its name; how long it has.
void write_options(wire::task_header& to, const detail::cell& call, instant now);

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
