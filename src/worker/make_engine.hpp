#pragma once

#include "lane/atomic.hpp"

#include <rt/config.hpp>
#include <rt/core/environment.hpp>
#include <rt/detail/engine.hpp>

#include <memory>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// Makes a runtime over a world; its threads run when this returns.
/// Shape: `options` are checked, and `num_cpus` is there.
/// Owner: the world outlives it; `shut_down` comes before its end.
std::unique_ptr<detail::engine> make_engine(environment& world, const config& options);

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
