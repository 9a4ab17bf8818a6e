#pragma once

#include <string_view>

// Deliberate bugs, by which tests are tested: each must be found. Only what is compiled for
// exploration holds them, and there they sleep until a test plants one.
#ifdef RT_LANE_EXPLORED
namespace rt::sim::detail {

/// Tells whether the bug of that name is planted.
bool planted(std::string_view name) noexcept;

/// Plants one bug instead of the one before; none where the name is empty.
/// Owner: the name is kept by the caller.
void plant(std::string_view name) noexcept;

}  // namespace rt::sim::detail
#define RT_SIMBUG(name) ::rt::sim::detail::planted(name)
#else
#define RT_SIMBUG(name) false
#endif
