#pragma once

#include <sys/epoll.h>
#include <array>
#include <cstdint>
#include <span>

namespace rt::net {

/// What a descriptor is ready for since it was last looked at.
struct readiness {
  std::uint64_t key = 0;
  bool readable = false;  ///< or at its end, or broken
  bool writable = false;
};

/// Watches descriptors, with one descriptor of its own to sleep on.
///
/// Each change is told once: who hears that a descriptor can be read reads until it would wait.
/// Errors: running out of descriptors or of the system's memory ends the process with a line: what
/// could not be watched would hang.   Thread: one at a time; `wake` by any.   Owner: of its own two
/// descriptors.
class poller {
 public:
  poller();
  ~poller();
  poller(const poller&) = delete;
  poller& operator=(const poller&) = delete;

  int descriptor() const noexcept { return watched_; }

  /// Watches one, until it is closed.   Shape: the key is not 0.
  void add(int descriptor, std::uint64_t key);
  /// Watches one that is only read.
  void add_readable(int descriptor, std::uint64_t key);

  /// Tells what is ready now; waits for it at most so long.   Owner: the span, until the next look.
  std::span<const readiness> look(int wait_ms = 0);

  /// Makes the descriptor readable until the next look.
  void wake() noexcept;

 private:
  void add(int descriptor, std::uint64_t key, std::uint32_t events);

  static constexpr std::uint64_t wake_key = 0;
  static constexpr std::size_t ready_max = 64;

  int watched_ = -1;
  int wakes_ = -1;
  std::array<epoll_event, ready_max> events_;
  std::array<readiness, ready_max> ready_;
};

}  // namespace rt::net
