#include "net/tick.hpp"

#include <sys/timerfd.h>
#include <unistd.h>
#include <cstdio>
#include <cstdlib>

namespace rt::net {

tick::tick() : descriptor_(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)) {
  if (descriptor_ >= 0) return;
  std::perror("roundtrip: no timer for connections");
  std::abort();
}

tick::~tick() { ::close(descriptor_); }

void tick::set(unsigned after_ms) noexcept {
  itimerspec at{};
  at.it_value.tv_sec = static_cast<time_t>(after_ms / 1'000);
  at.it_value.tv_nsec = static_cast<long>(after_ms % 1'000) * 1'000'000;
  ::timerfd_settime(descriptor_, 0, &at, nullptr);
}

}  // namespace rt::net
