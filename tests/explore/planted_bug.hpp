#pragma once

// As explored: elsewhere no bug is held.
#ifndef RT_LANE_EXPLORED
#define RT_LANE_EXPLORED
#endif

#include <string_view>

#include "core/planted_bug.hpp"

namespace explore {

/// Switches a deliberate bug on, for a scope.
class planted_bug {
 public:
  explicit planted_bug(std::string_view name) { rt::sim::detail::plant(name); }
  ~planted_bug() { rt::sim::detail::plant({}); }
  planted_bug(const planted_bug&) = delete;
  planted_bug& operator=(const planted_bug&) = delete;
};

}  // namespace explore
