#pragma once

#include <csignal>
#include <initializer_list>
#include <optional>

namespace rt::platform {

/// Takes signals one by one, by reading, instead of having them interrupt somebody.
///
/// From its construction until its end they are blocked, for this thread and those that it starts: so it
/// is made before any other thread.
/// Thread: constructed and destroyed by one thread.   Owner: closes its descriptor, which no child inherits.
class signal_queue {
 public:
  /// Errors: std::system_error when the process has no descriptor left.
  explicit signal_queue(std::initializer_list<int> signals);
  ~signal_queue();
  signal_queue(const signal_queue&) = delete;
  signal_queue& operator=(const signal_queue&) = delete;

  /// Can be read while a signal waits.
  int descriptor() const noexcept { return descriptor_; }

  /// Returns the next signal that has come; nothing where none has.
  std::optional<int> take() noexcept;

 private:
  sigset_t before_;
  int descriptor_;
};

}  // namespace rt::platform
