#pragma once

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace support {

/// Ends the process with a line that names the test when a scope takes longer than it may.
/// A hang is a bug like any other; this turns one into a failure that says where it happened.
/// Units: generous, since sanitizers on a busy machine are slow; never a measure of speed.
/// Thread: one thread per watchdog, which sleeps until the scope ends.
class watchdog {
 public:
  explicit watchdog(std::string what, std::chrono::seconds patience = std::chrono::seconds(120))
      : what_(std::move(what)), patience_(patience), guard_([this] { stand(); }) {}

  watchdog(const watchdog&) = delete;
  watchdog& operator=(const watchdog&) = delete;

  ~watchdog() {
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    ended_.notify_one();
    guard_.join();
  }

 private:
  void stand() {
    std::unique_lock lock(mutex_);
    if (ended_.wait_for(lock, patience_, [this] { return done_; })) return;
    std::fprintf(stderr, "watchdog: \"%s\" is still running after %lld s\n", what_.c_str(),
                 static_cast<long long>(patience_.count()));
    std::fflush(stderr);
    std::signal(SIGABRT,
                SIG_DFL);  // the test library's handler would end the case, and so wait for us
    std::abort();
  }

  std::string what_;
  std::chrono::seconds patience_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool done_ = false;
  std::thread guard_;
};

}  // namespace support
