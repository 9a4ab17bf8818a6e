#pragma once

#include <cstdint>
#include <string>

namespace explore::borrowing {

struct random_result {
  std::uint64_t seeds = 0;
  std::uint64_t steps = 0;
  std::string failure;  ///< empty, or what is wrong, the seed, and the way there
};

/// Runs worlds of four to six processes, larger than can be explored whole, each from a seed; stops at
/// the first that is bad.
random_result run_seeds(std::uint64_t first, std::uint64_t count);

}  // namespace explore::borrowing
