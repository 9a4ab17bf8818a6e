#pragma once

#include "lane/atomic.hpp"

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

// How long threads look before they sleep. Explored, each look is a choice of the simulator's, and a
// few of them show as much as many.
#ifdef RT_LANE_EXPLORED
inline constexpr unsigned wait_rounds = 8;
inline constexpr unsigned seat_rounds = 4;
inline constexpr unsigned spin_rounds = 2;
inline constexpr unsigned turn_every = 2;
#else
/// Of a wait: some 500 pauses, then yields of about a microsecond each; together up to 200 us.
inline constexpr unsigned wait_rounds = 620;
/// Of a wait, before a driver's thread leaves its seat: the pauses, some 20 us.
inline constexpr unsigned seat_rounds = 500;
/// Of a slot without work: the same. A wake costs the waker 30 us and comes 50 us late.
inline constexpr unsigned spin_rounds = 620;
/// How often those that look see whether there is something for the holder of the baton, which asks
/// the clock. At the last of the pauses for the first time.
inline constexpr unsigned turn_every = 20;
#endif
/// After so many spins that found nothing only every so manieth sleep is preceded by one.
inline constexpr unsigned fruitless_spins_max = 3;
inline constexpr unsigned spin_every = 32;

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
