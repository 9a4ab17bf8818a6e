#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sim/deadlines.hpp"
#include "sim/execution.hpp"
#include "sim/fiber.hpp"
#include "sim/sleepers.hpp"
#include "sim/strategy.hpp"
#include "sim/trace_hash.hpp"

namespace rt::sim {

/// Runs fibers one at a time, in virtual time, by the choices of a strategy.
///
/// Virtual time stands still while a fiber can go on (but for spinning and `step_time`) and then leaps
/// to the next deadline. A run ends when all fibers have ended; it fails when none can go on, when it takes too
/// many steps, when an exception leaves a fiber's body, or when someone calls `fail`. The fibers of a
/// run that failed, and of a process that was killed, are left in their middle with all they hold.
/// Thread: one thread makes it, runs it, destroys it; a thread runs one world at a time.
class world {
 public:
  struct limits {
    /// Beyond it the run is taken for one that never ends.
    std::uint64_t steps_max = 50'000'000;
    /// How much virtual time each step takes.
    instant step_time = 0;
    /// May another fiber go on before each operation on an atomic? If not, only where one waits, wakes
    /// or starts: for worlds of many processes, whose orders are those of their messages.
    bool between_atomics = true;
  };
  /// What is told of each step, for those who watch.
  struct step {
    std::uint64_t number;
    instant now;
    const fiber& next;
  };

  explicit world(strategy& chooser);
  world(strategy& chooser, limits bounds);
  ~world();
  world(const world&) = delete;
  world& operator=(const world&) = delete;

  /// Returns the world whose fiber runs now on this thread; null outside fibers.
  static world* active() noexcept;

  /// Adds a fiber that can go on, of the process of the running one.
  /// Thread: before `run`, or in a fiber.
  fiber& start(std::string name, std::function<void()> body);
  /// Adds one of that process.
  fiber& start(fiber_group process, std::string name, std::function<void()> body);

  /// Ends all fibers of a process in their middle, as SIGKILL does.   Thread: a fiber of another.
  void kill(fiber_group process) noexcept;
  /// Lets no fiber of a process go on until `resume`, as SIGSTOP does.   Thread: a fiber of another.
  void pause(fiber_group process);
  void resume(fiber_group process);

  /// Runs until all fibers have ended or the run has failed.
  void run();

  /// Lets another fiber go on before the running one does `next`.
  void point(const operation& next) noexcept;

  /// As `point`, for one that only waits for another fiber's steps. Passes a little time.
  void spin(point_kind kind) noexcept;

  /// Sleeps until woken or until `deadline`.   Shape: returns whether woken.
  bool sleep(sleep_key key, instant deadline) noexcept;

  /// Wakes up to `count` of those that sleep on `key`.
  void wake(sleep_key key, unsigned count) noexcept;

  /// Gives those that sleep on `key` another deadline.
  void move_deadline(sleep_key key, instant deadline) noexcept;

  /// Waits for the end of `other`, and forgets it.
  void join(fiber& other) noexcept;

  /// Ends the run with this text; in a fiber it does not return.
  void fail(std::string text) noexcept;

  /// Fails the run if a fiber of it runs: it has called that, which sleeps for real.
  void refuse_sleep(const char* called) noexcept;

  bool between_atomics() const noexcept { return limits_.between_atomics; }

  /// Hears of every step.
  void watch(std::function<void(const step&)> watcher) { watcher_ = std::move(watcher); }

  instant now() const noexcept { return now_; }
  std::uint64_t steps() const noexcept { return steps_; }
  std::uint64_t hash() const noexcept { return hash_.value(); }
  bool failed() const noexcept { return !failure_.empty(); }
  const std::string& failure() const noexcept { return failure_; }
  /// Returns what the run did outside the world, in words.
  const std::vector<std::string>& warnings() const noexcept { return warnings_; }
  /// Returns the fiber whose turn it is; null outside fibers.
  const fiber* running() const noexcept { return current_; }
  strategy& chooser() noexcept { return chooser_; }
  /// Returns the running fiber.
  const fiber& current() const noexcept { return *current_; }
  /// Returns the lowest usable address of the running fiber's stack.
  std::uintptr_t stack_limit() const noexcept {
    return reinterpret_cast<std::uintptr_t>(current_->execution_->stack_lowest());
  }

 private:
  static void run_fiber(void* raw);
  void finish(fiber& ended) noexcept;
  void go_on(fiber* current, execution::leaving how) noexcept;
  fiber* next(const fiber* current) noexcept;
  bool leap_to_next_deadline() noexcept;
  void wake_those_due() noexcept;
  void make_runnable(fiber& sleeper, bool woken) noexcept;
  void take_out(fiber& gone) noexcept;
  void nobody_needs_to_spin() noexcept;
  void tell_watcher(const fiber& chosen);
  void landed() noexcept;
  std::string describe_sleepers() const;

  strategy& chooser_;
  const limits limits_;
  execution outside_;
  std::map<unsigned, std::unique_ptr<fiber>> fibers_;  // by number
  std::vector<fiber*> runnable_;
  std::vector<fiber*> spinning_;
  sleepers asleep_;
  deadlines deadlines_;
  std::set<fiber_group> paused_;
  std::vector<fiber*> stopped_;  // could go on, but for their process's pause
  fiber* current_ = nullptr;
  fiber* last_ended_ = nullptr;
  unsigned fibers_started_ = 0;
  instant now_ = 0;
  std::uint64_t steps_ = 0;
  trace_hash hash_;
  std::string failure_;
  std::function<void(const step&)> watcher_;
  bool tells_watcher_ = false;
  std::vector<std::string> warnings_;
};

}  // namespace rt::sim
