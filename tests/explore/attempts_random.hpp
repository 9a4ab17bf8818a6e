#pragma once

#include <cstdint>
#include <string>

namespace explore::attempts {

struct random_result {
  std::uint64_t seeds = 0;
  std::uint64_t steps = 0;
  std::string failure;  ///< empty, or what is wrong, the seed, and the last steps before it
};

/// Runs worlds of two or three owners and up to four nodes, larger than can be explored whole, each
/// from a seed; stops at the first that is bad.
random_result run_seeds(std::uint64_t first, std::uint64_t count);

}  // namespace explore::attempts
