#pragma once

#include "core/variant.hpp"

#include <rt/core/errc.hpp>

#include <string>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// Why an actor is dead, as its owner has said.
struct told_death {
  /// What its calls fail with.
  errc code = errc::actor_died;
  std::string text = {};
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
