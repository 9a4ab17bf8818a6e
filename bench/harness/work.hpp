#pragma once

#include <cstdint>

namespace bench {

/// Spins through `iterations` dependent multiplications and returns what came of them.
///
/// A chain that neither the compiler nor the core can shorten, and that touches no memory: two of
/// them on two cores do not slow each other down.
inline std::uint64_t spin(std::uint64_t iterations, std::uint64_t seed = 1) {
  std::uint64_t x = seed | 1U;
  for (std::uint64_t i = 0; i < iterations; ++i) {
    x = x * 6364136223846793005U + 1442695040888963407U;
    asm volatile("" : "+r"(x));
  }
  return x;
}

/// Returns how many iterations of `spin` take `microseconds` here; measured once, at first use.
std::uint64_t iterations_for(double microseconds);

}  // namespace bench
