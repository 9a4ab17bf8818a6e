#pragma once

#include "core/variant.hpp"

#include <rt/detail/actor_core.hpp>

#include <string_view>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// Returns what stands for a class of which this binary makes no actors: nothing converts to it.
const detail::actor_type& unknown_class();

/// Returns the class of that identity, or `unknown_class`.
const detail::actor_type& class_named(std::string_view identity);

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
