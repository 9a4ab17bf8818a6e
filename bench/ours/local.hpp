#pragma once

#include <rt/rt.hpp>

#include "harness/session.hpp"

namespace bench::ours {

/// Returns the configuration that all figures are taken with.
inline rt::config local(const session& s) { return rt::config{.num_cpus = s.cores}; }

inline int increment(int x) { return x + 1; }

}  // namespace bench::ours
