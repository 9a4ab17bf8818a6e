#pragma once

#include <atomic>

namespace rt::detail {

/// While a simulation runs, tells of the calling thread whether it is another than the simulation's; null
/// at all other times. Handles have no runtime on such a thread, and calls throw `errc::no_runtime`.
/// Thread: written by the simulation's.
extern constinit std::atomic<bool (*)() noexcept> outside_simulation;

}  // namespace rt::detail
