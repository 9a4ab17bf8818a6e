#pragma once

#include <string_view>

// Places at which a simulated run may go the rarer way, and places that its runs ought to reach. Only
// what is compiled for exploration holds them; elsewhere they cost nothing.
//
//   RT_BUGGIFY("arrivals.no_room")   true where the run's seed has this site fire now: what follows must
//                                    be right all the same, only slower or by another way
//   RT_PROBE("arrivals.duplicate")   notes that the run has been here
//
// Named by the file and what happens there; each name stands at one place, and in
// tests/sim/known_places.txt.
#ifdef RT_LANE_EXPLORED
namespace rt::sim::detail {

/// Tells whether the fault site of that name fires; not where no run with fault sites is under way.
bool site_fires(std::string_view name) noexcept;

void probe_reached(std::string_view name) noexcept;

}  // namespace rt::sim::detail
#define RT_BUGGIFY(name) ::rt::sim::detail::site_fires(name)
#define RT_PROBE(name) ::rt::sim::detail::probe_reached(name)
#else
#define RT_BUGGIFY(name) false
#define RT_PROBE(name) static_cast<void>(0)
#endif
