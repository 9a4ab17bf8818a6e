#pragma once

#include <atomic>
#include <functional>

#include "platform/alarm_timer.hpp"
#include "rt/core/environment.hpp"

namespace rt::platform {

/// The environment of a real process, over Linux.
/// Invariants: the alarm, and what is waited for beside it, are its only state; everything else is the
/// process's.
class real_environment : public environment {
 public:
  /// Has the thread in `wait_alarm` return also when a descriptor can be read, after it has called `ready`.
  /// Once. Owner: of the descriptor the caller, for as long as anybody waits.   Thread: any.
  void wait_also_for(int descriptor, std::function<void()> ready);

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
  /// Errors: std::system_error when the system gives no thread.
  std::unique_ptr<thread> start_thread(std::string name, std::function<void()> body) override;
  std::uintptr_t stack_limit() noexcept override;
  void log(const std::string& text) noexcept override;

 private:
  alarm_timer alarm_;
  /// Written once, before `beside_`.
  std::function<void()> ready_;
  std::atomic<int> beside_{-1};
};

}  // namespace rt::platform
