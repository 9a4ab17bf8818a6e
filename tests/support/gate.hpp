#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace support {

/// Holds threads back until it is opened. Tests use it where others would sleep.
/// Thread: any; `wait` blocks the thread as a lock does, unseen by the runtime.
class gate {
 public:
  void open() { set(true); }
  void close() { set(false); }

  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return open_; });
  }

  [[nodiscard]] bool is_open() const {
    const std::lock_guard lock(mutex_);
    return open_;
  }

 private:
  void set(bool open) {
    const std::lock_guard lock(mutex_);
    open_ = open;
    changed_.notify_all();
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

/// Closes a gate for a scope and opens it at its end, so that a failed check leaves no one waiting.
class closed {
 public:
  explicit closed(gate& which) : gate_(which) { gate_.close(); }
  closed(const closed&) = delete;
  closed& operator=(const closed&) = delete;
  ~closed() { gate_.open(); }

 private:
  gate& gate_;
};

/// Counts arrivals and lets a thread wait for a number of them.
/// Thread: any. `reset` belongs to the test, while no one else uses the tally.
class tally {
 public:
  void add(std::size_t n = 1) {
    const std::lock_guard lock(mutex_);
    count_ += n;
    changed_.notify_all();
  }

  void wait_for(std::size_t n) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return count_ >= n; });
  }

  /// Arrives and waits until `n` have, itself included: a barrier for one use.
  void meet(std::size_t n) {
    add();
    wait_for(n);
  }

  [[nodiscard]] std::size_t count() const {
    const std::lock_guard lock(mutex_);
    return count_;
  }

  void reset() {
    const std::lock_guard lock(mutex_);
    count_ = 0;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t count_ = 0;
};

}  // namespace support
