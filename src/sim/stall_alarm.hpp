#pragma once

#include <chrono>

namespace rt::sim {

/// Ends the process, with words, when the run on this thread does not take its next step because the thread
/// waits for something real: for a lock that another fiber holds it would for ever.
/// Lifecycle: set when made, off when destroyed.   Thread: the run's.
/// Invariants: only a thread that sleeps, in one place and one step, through several looks in a row, is ended;
/// one that computes, waits for its turn, for memory or a disk, or is stopped, is not.
class stall_alarm {
 public:
  /// How long is waited in vain, in so many looks.
  struct patience {
    std::chrono::nanoseconds between_looks = std::chrono::seconds(10);
    unsigned looks = 3;
  };
  /// Is what the next ones have; tests shorten it.
  static patience next_patience;

  stall_alarm() noexcept;
  stall_alarm(const stall_alarm&) = delete;
  stall_alarm& operator=(const stall_alarm&) = delete;
  ~stall_alarm();
};

}  // namespace rt::sim
