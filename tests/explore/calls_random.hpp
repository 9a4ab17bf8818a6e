#pragma once

#include <cstdint>

#include "explore/world_seeds.hpp"

namespace explore::calls {

/// Runs an actor with its owner, callers and hosts from each seed on, with the faults that it draws,
/// until one fails.
random_result run_seeds(std::uint64_t first, std::uint64_t count);

}  // namespace explore::calls
