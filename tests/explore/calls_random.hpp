#pragma once

#include <cstdint>
#include <string>

namespace explore::calls {

struct random_result {
  std::uint64_t seeds = 0;
  std::uint64_t steps = 0;
  std::string failure;  ///< empty, or the seed that failed, and how
};

/// Runs an actor with its owner, callers and hosts from each seed on, with the faults that it draws,
/// until one fails.
random_result run_seeds(std::uint64_t first, std::uint64_t count);

}  // namespace explore::calls
