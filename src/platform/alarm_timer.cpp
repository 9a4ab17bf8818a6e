#include "platform/alarm_timer.hpp"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "platform/clock.hpp"

namespace rt::platform {

alarm_timer::alarm_timer() : descriptor_(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC)) {
  if (descriptor_ < 0) throw std::system_error(errno, std::system_category(), "timerfd_create");
}

alarm_timer::~alarm_timer() { ::close(descriptor_); }

void alarm_timer::set(instant when) noexcept {
  itimerspec setting{};
  // All zeros would disarm it, so a time before the clock's start is its first nanosecond.
  if (when != never) setting.it_value = to_timespec(std::max<instant>(when, 1));
  ::timerfd_settime(descriptor_, TFD_TIMER_ABSTIME, &setting, nullptr);
}

void alarm_timer::wait() noexcept {
  std::uint64_t expirations;
  // An interrupted read is an early return, which the environment's contract allows.
  [[maybe_unused]] const auto size = ::read(descriptor_, &expirations, sizeof expirations);
}

}  // namespace rt::platform
