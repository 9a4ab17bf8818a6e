#ifndef RT_LANE_EXPLORED
#define RT_LANE_EXPLORED
#endif
#include "core/planted_bug.hpp"

namespace rt::sim::detail {
namespace {

// One at a time, for all runs of the process until the next is planted.
constinit std::string_view current;

}  // namespace

bool planted(std::string_view name) noexcept { return !current.empty() && current == name; }

void plant(std::string_view name) noexcept { current = name; }

}  // namespace rt::sim::detail
