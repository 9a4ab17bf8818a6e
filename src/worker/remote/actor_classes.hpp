#pragma once

#include "core/variant.hpp"

#include <rt/detail/actor_core.hpp>

#include <string_view>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// Returns the class of that identity; of one of which this binary makes no actors what stands for it:
/// nothing converts to that.
const detail::actor_type& class_named(std::string_view identity);

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
