#include "platform/signal_queue.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace rt::platform {

signal_queue::signal_queue(std::initializer_list<int> signals) {
  sigset_t taken;
  ::sigemptyset(&taken);
  for (const int each : signals) ::sigaddset(&taken, each);
  descriptor_ = ::signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK);
  if (descriptor_ < 0) throw std::system_error(errno, std::system_category(), "signalfd");
  ::pthread_sigmask(SIG_BLOCK, &taken, &before_);
}

signal_queue::~signal_queue() {
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  ::close(descriptor_);
}

std::optional<int> signal_queue::take() noexcept {
  signalfd_siginfo came;
  if (::read(descriptor_, &came, sizeof came) != sizeof came) return std::nullopt;
  return static_cast<int>(came.ssi_signo);
}

}  // namespace rt::platform
