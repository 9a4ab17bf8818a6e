#pragma once

namespace rt::sim {

/// Are `nanosleep`, `clock_nanosleep`, `usleep` and `sleep` ours in this program, so that a simulated thread
/// that calls them, or `std::this_thread::sleep_for`, fails its run? Elsewhere they do what they always do.
/// Not with sanitizers, which have their own, nor where the program has.
bool real_sleeps_are_refused() noexcept;

}  // namespace rt::sim
