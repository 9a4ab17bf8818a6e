#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <rt/core/environment.hpp>

#include "sim/random_stream.hpp"
#include "sim/timeline.hpp"

/// Simulations without fibers: logic that decides on values, on a loop of events.
namespace support {

/// Ends the run as a failure.
struct run_failed {
  std::string what;
};

inline void check(bool holds, const std::string& what) {
  if (!holds) throw run_failed{what};
}

/// The environment of a process whose logic never waits: time, randomness and a log; all else ends the run.
class loop_environment final : public rt::environment {
 public:
  loop_environment(rt::sim::timeline& clock, std::uint64_t seed, std::uint64_t process)
      : clock_(clock), random_(seed, 1000 + process) {}

  rt::instant now() noexcept override { return clock_.now(); }
  std::uint64_t random() noexcept override { return random_.next(); }
  void log(const std::string& text) noexcept override { lines.push_back(text); }

  void park(const std::atomic<std::uint32_t>&, std::uint32_t, rt::instant) noexcept override {
    never_here();
  }
  void wake(const std::atomic<std::uint32_t>&, unsigned) noexcept override { never_here(); }
  bool prepare_fences(bool) noexcept override { return false; }
  void fence_all_threads() noexcept override { never_here(); }
  void relax(unsigned) noexcept override { never_here(); }
  void set_alarm(rt::instant) noexcept override { never_here(); }
  void wait_alarm() noexcept override { never_here(); }
  std::unique_ptr<thread> start_thread(std::string, std::function<void()>) override {
    throw run_failed{"logic without threads started one"};
  }
  std::uintptr_t stack_limit() noexcept override { return 0; }

  std::vector<std::string> lines;

 private:
  [[noreturn]] static void never_here() noexcept { std::abort(); }

  rt::sim::timeline& clock_;
  rt::sim::random_stream random_;
};

}  // namespace support
