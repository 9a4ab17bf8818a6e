#pragma once

/// A peer's call as a `measure`, or an empty one where that library is not installed.
#ifdef RT_BENCH_HAS_TBB
#include "peer/tbb.hpp"
#define RT_BENCH_TBB(...) ::bench::measure(__VA_ARGS__)
#else
#define RT_BENCH_TBB(...) ::bench::measure()
#endif

#ifdef RT_BENCH_HAS_CAF
#include "peer/caf.hpp"
#define RT_BENCH_CAF(...) ::bench::measure(__VA_ARGS__)
#else
#define RT_BENCH_CAF(...) ::bench::measure()
#endif
