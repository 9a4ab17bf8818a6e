#include "platform/random.hpp"

#include <sys/random.h>

#include "platform/clock.hpp"

namespace rt::platform {
namespace {

std::uint64_t seed_from_kernel() noexcept {
  std::uint64_t seed = 0;
  if (::getrandom(&seed, sizeof seed, GRND_NONBLOCK) == sizeof seed) return seed;
  // So early after boot that the kernel has nothing yet: what differs between threads and starts.
  return static_cast<std::uint64_t>(monotonic_now()) ^ reinterpret_cast<std::uintptr_t>(&seed);
}

}  // namespace

std::uint64_t random_64() noexcept {
  // SplitMix64: a counter through a mixer, one multiplication-heavy step, no weak seeds.
  thread_local std::uint64_t state = seed_from_kernel();
  std::uint64_t mixed = state += 0x9e3779b97f4a7c15U;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
  return mixed ^ (mixed >> 31);
}

}  // namespace rt::platform
