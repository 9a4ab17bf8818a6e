#pragma once

#include <functional>
#include <string>

#include "rt/core/environment.hpp"
#include "sim/process_clock.hpp"
#include "sim/random_stream.hpp"
#include "sim/world.hpp"

namespace rt::sim {

/// The environment of one simulated process: time, waiting and threads are the world's.
/// Invariants: nothing in it depends on anything but the seed and the calls made.
/// Thread: fibers of one world; outside them only `now`, `random`, `set_alarm` and `log` may be
/// called.
class virtual_environment : public environment {
 public:
  using log_sink = std::function<void(const std::string&)>;

  /// `process` tells apart the environments of one world, so that each draws its own numbers; `clock` is
  /// that of its machine, the world's time where there is none.   Owner: the clock outlives it.
  virtual_environment(world& around, std::uint64_t seed, std::uint64_t process, log_sink sink,
                      const process_clock* clock = nullptr);

  instant now() noexcept override;
  std::uint64_t random() noexcept override;
  void park(const std::atomic<std::uint32_t>& word, std::uint32_t seen,
            instant deadline) noexcept override;
  void wake(const std::atomic<std::uint32_t>& word, unsigned count) noexcept override;
  bool prepare_fences(bool may_wait) noexcept override;
  void fence_all_threads() noexcept override;
  void relax(unsigned round) noexcept override;
  void set_alarm(instant when) noexcept override;
  void wait_alarm() noexcept override;
  std::unique_ptr<thread> start_thread(std::string name, std::function<void()> body) override;
  std::uintptr_t stack_limit() noexcept override;
  void log(const std::string& text) noexcept override;

  /// Has the thread in `wait_alarm` return now, or the next to come there, whatever the alarm says: a
  /// descriptor that it sleeps on as well can be read.   Thread: no scheduling point.
  void nudge() noexcept;

 private:
  instant to_world(instant time) const noexcept;

  world& world_;
  random_stream random_;
  log_sink sink_;
  const process_clock* clock_;
  instant alarm_ = never;
  bool nudged_ = false;
};

}  // namespace rt::sim
