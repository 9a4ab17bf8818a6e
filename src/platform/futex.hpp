#pragma once

#include <atomic>
#include <cstdint>

#include "rt/core/environment.hpp"

namespace rt::platform {

/// Sleeps while `word == seen`, until woken or until `deadline` on the monotonic clock.
/// Thread: any; blocks. May return early (a signal, a wake meant for an earlier user of the address).
void futex_wait(const std::atomic<std::uint32_t>& word, std::uint32_t seen,
                instant deadline) noexcept;

/// Wakes up to `count` threads of this process that sleep on `word`, whose memory may be gone.
/// Thread: any; never blocks.
void futex_wake(const std::atomic<std::uint32_t>& word, unsigned count) noexcept;

}  // namespace rt::platform
