#pragma once

#include <cstdint>

namespace rt::sim {

/// Counts what a network has done, so that tests can see that faults happened.
/// Invariants: when nothing is on its way and nothing waits to be polled,
/// taken + doubled == received + lost + dropped.
struct network_counts {
  std::uint64_t frames_taken = 0;
  std::uint64_t frames_received = 0;
  std::uint64_t frames_lost = 0;       ///< by the rate of loss
  std::uint64_t frames_doubled = 0;    ///< counted once each
  std::uint64_t frames_reordered = 0;  ///< held back, so that others may overtake
  /// Because of a reset, a crash, a partition of a lossy network, or because nobody listened any more.
  std::uint64_t frames_dropped = 0;

  std::uint64_t connections = 0;  ///< asked for
  std::uint64_t resets = 0;
  std::uint64_t partitions = 0;  ///< of two processes, one way or both
  std::uint64_t isolations = 0;
  std::uint64_t clogs = 0;
  std::uint64_t pauses = 0;
  std::uint64_t crashes = 0;
};

/// Of one process, in all its incarnations.
struct process_traffic {
  std::uint64_t frames_taken = 0;
  std::uint64_t frames_received = 0;
};

}  // namespace rt::sim
