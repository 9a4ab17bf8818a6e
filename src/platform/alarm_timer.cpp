#include "platform/alarm_timer.hpp"

#include <poll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <system_error>

#include "platform/clock.hpp"

namespace rt::platform {

alarm_timer::alarm_timer()
    : descriptor_(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)) {
  if (descriptor_ < 0) throw std::system_error(errno, std::system_category(), "timerfd_create");
}

alarm_timer::~alarm_timer() { ::close(descriptor_); }

void alarm_timer::set(instant when) noexcept {
  itimerspec setting{};
  // All zeros would disarm it, so a time before the clock's start is its first nanosecond.
  if (when != never) setting.it_value = to_timespec(std::max<instant>(when, 1));
  ::timerfd_settime(descriptor_, TFD_TIMER_ABSTIME, &setting, nullptr);
}

bool alarm_timer::wait_or(int other) noexcept {
  // One that is below 0 is let pass.
  pollfd watched[] = {{descriptor_, POLLIN, 0}, {other, POLLIN, 0}};
  // An interrupted sleep is an early return, which the environment's contract allows.
  if (::poll(watched, std::size(watched), -1) <= 0) return false;
  // Another thread may have set the timer anew meanwhile: so this must not wait.
  std::uint64_t expirations;
  [[maybe_unused]] const auto size = ::read(descriptor_, &expirations, sizeof expirations);
  return watched[1].revents != 0;
}

}  // namespace rt::platform
