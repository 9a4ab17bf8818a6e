#pragma once

#include <cstdint>

namespace rt::platform {

/// Returns 64 random bits from this thread's generator, which the kernel has seeded.
/// Good enough to spread and to tell lives apart; not for secrets. Thread: any; never blocks.
std::uint64_t random_64() noexcept;

}  // namespace rt::platform
