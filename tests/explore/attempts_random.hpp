#pragma once

#include <cstdint>

#include "explore/world_seeds.hpp"

namespace explore::attempts {

/// Runs worlds of two or three owners and up to four nodes, larger than can be explored whole, each
/// from a seed; stops at the first that is bad.
random_result run_seeds(std::uint64_t first, std::uint64_t count);

}  // namespace explore::attempts
