#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace rt {

/// A point on the environment's monotonic clock.
/// Units: nanoseconds since an arbitrary start; never the wall clock.
using instant = std::int64_t;

/// The instant that never comes: a wait without a time limit.
inline constexpr instant never = INT64_MAX;

/// Everything that the logic of a process knows of the world: clock, waiting, threads, randomness.
///
/// The logic libraries call nothing of the system; they get one of these. `platform` implements it
/// over Linux, `sim` over virtual time and fibers, where each call is also a place at which the
/// simulator may let another fiber run.
/// Owner: whoever composes a runtime keeps the environment alive for as long as any thread it
/// started, and any thread that waits through it. Thread: every member may be called from any thread.
class environment {
 public:
  /// Ends with its thread: the destructor joins.
  class thread {
   public:
    virtual ~thread() = default;
  };

  virtual ~environment() = default;

  /// Returns the monotonic time. Never blocks; about 30 ns, so not on the way of each call.
  virtual instant now() noexcept = 0;

  /// Returns 64 random bits; in a simulation they follow from the seed.
  virtual std::uint64_t random() noexcept = 0;

  /// Sleeps while `word == seen`, until woken or until `deadline`. May return early without reason,
  /// so callers look again in a loop. The comparison and the falling asleep are one step against
  /// `wake`, as with a futex.
  virtual void park(const std::atomic<std::uint32_t>& word, std::uint32_t seen,
                    instant deadline) noexcept = 0;

  /// Wakes up to `count` threads parked on `word`. Reads nothing through it: the memory of `word`
  /// may already have been freed by the thread that was woken by its value.
  virtual void wake(const std::atomic<std::uint32_t>& word, unsigned count) noexcept = 0;

  /// Gets ready for `fence_all_threads`, which in a process with threads may take 20 ms: without
  /// `may_wait` only if it takes no time. Shape: whether it is ready; once it is, it stays so.
  virtual bool prepare_fences(bool may_wait) noexcept = 0;
  /// Lets every thread of the process pass a full memory barrier between this call's begin and end, so
  /// that threads which stand in the hot path need none of their own. Costs tens of microseconds.
  /// Only where `prepare_fences` has said that it is ready.
  virtual void fence_all_threads() noexcept = 0;

  /// Passes one step of a short wait: a pause at first, a yield of the processor from a certain
  /// `round` on. Callers count rounds from 0 and fall back to `park`.
  virtual void relax(unsigned round) noexcept = 0;

  /// Sets the process's one alarm: the thread in `wait_alarm` returns at `when`. A later call
  /// replaces an earlier one; `never` takes it back. Costs one system call and wakes nobody now.
  virtual void set_alarm(instant when) noexcept = 0;

  /// Sleeps until the alarm's time has come. Only the standby thread calls it. May return early.
  virtual void wait_alarm() noexcept = 0;

  /// Starts a thread named `name` (at most 15 characters) with all signals blocked.
  virtual std::unique_ptr<thread> start_thread(std::string name, std::function<void()> body) = 0;

  /// Returns the lowest usable address of the calling thread's stack.
  virtual std::uintptr_t stack_limit() noexcept = 0;

  /// Writes one line to the log. Never throws; `text` has no line end.
  virtual void log(const std::string& text) noexcept = 0;
};

}  // namespace rt
