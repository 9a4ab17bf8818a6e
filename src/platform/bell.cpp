#include "platform/bell.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace rt::platform {

bell::bell() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (descriptor_ < 0) throw std::system_error(errno, std::system_category(), "eventfd");
}

bell::~bell() { ::close(descriptor_); }

void bell::ring() noexcept {
  const std::uint64_t once = 1;
  [[maybe_unused]] const auto size = ::write(descriptor_, &once, sizeof once);
}

void bell::silence() noexcept {
  std::uint64_t times;
  [[maybe_unused]] const auto size = ::read(descriptor_, &times, sizeof times);
}

void bell::wait() noexcept {
  pollfd watched{descriptor_, POLLIN, 0};
  ::poll(&watched, 1, -1);
  silence();
}

}  // namespace rt::platform
