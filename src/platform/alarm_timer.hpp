#pragma once

#include "rt/core/environment.hpp"

namespace rt::platform {

/// One timer of the kernel that a thread sleeps on, set and taken back by others.
/// Owner: closes its descriptor, which no child process inherits.
class alarm_timer {
 public:
  /// Errors: std::system_error when the process has no descriptor left.
  alarm_timer();
  ~alarm_timer();
  alarm_timer(const alarm_timer&) = delete;
  alarm_timer& operator=(const alarm_timer&) = delete;

  /// Replaces the time of the timer, and forgets that an earlier one has come; `never` disarms it.
  /// Thread: any; never blocks; one system call.
  void set(instant when) noexcept;

  /// Sleeps until the time has come, at once if it came before. Each setting is reported once.
  void wait() noexcept { wait_or(-1); }

  /// The same, and ends also when another descriptor can be read; returns whether it can.
  bool wait_or(int other) noexcept;

 private:
  int descriptor_;
};

}  // namespace rt::platform
