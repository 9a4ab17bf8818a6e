#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rt/config.hpp"

/// Runs programs in virtual time, on one thread, every choice of who goes on made by a seed: the same
/// seed gives the same run, and many seeds give many interleavings. Component `sim`.
///
/// A program runs unchanged if it computes, and waits and sleeps only through `rt::`. It must not
/// start threads, sleep for real, read clocks, or wait for locks that another task holds across a wait of
/// its own. A real sleep fails the run; a thread is told of in `report::warnings`, and its calls throw
/// `errc::no_runtime`; a real wait that does not end, as for such a lock, ends the process with words after
/// half a minute. Nothing tells of reading a clock.
/// Variables of namespace scope are shared by all runs of a process: set them at the start of each.
namespace rt::sim {

/// Says what to run under.
struct options {
  /// Chooses the interleaving, and all numbers that the runtime draws.
  std::uint64_t seed = 0;
  /// The runtime's; with 2 CPUs where `num_cpus` is absent, whatever the machine has.
  rt::config config = {};
  /// How much virtual time each step takes, apart from sleeps; chosen by the seed where absent.
  std::optional<std::chrono::nanoseconds> step_time = {};
  /// A run with more steps fails as one that never ends.
  std::uint64_t steps_max = 50'000'000;
  /// Hears of each step, one line each; to look at a run that failed.
  std::function<void(std::string_view)> watch = {};
};

/// Tells how a run went.
struct report {
  std::uint64_t seed = 0;
  /// Empty if the run came to its end with nothing left over; else what happened, in words.
  std::string failure = {};
  /// Equal for two runs that took the same steps, with any compiler and build.
  std::uint64_t trace_hash = 0;
  std::uint64_t steps = 0;
  std::chrono::nanoseconds virtual_time{0};
  /// The runtime's log.
  std::vector<std::string> log = {};
  /// What the program did that the seed does not choose, though the run has not failed by it: it started a thread.
  std::vector<std::string> warnings = {};

  bool ok() const noexcept { return failure.empty(); }
};

/// Starts a runtime in virtual time, calls `program` as its driver, and shuts it down.
///
/// The run fails if an exception leaves `program`, if nobody can go on (the report names each thread
/// and what it waits for), if it takes too many steps, if cells are left over at the end, or by
/// `fail`. What a failed run held is lost: its threads were stopped in their middle.
/// Thread: one run at a time in a process; not inside a run or while a runtime lives.
/// Errors: `config_error` is a failure of the run like any other exception.
report run(const options& with, const std::function<void()>& program);

/// Ends the run that the caller is in as a failure, and does not return.
/// Errors: aborts outside a run.
[[noreturn]] void fail(const std::string& what);

/// Ends the run as a failure unless `holds`.
inline void check(bool holds, const std::string& what) {
  if (!holds) fail(what);
}

/// Tells whether the caller is in a run.
bool active() noexcept;

}  // namespace rt::sim
