#include "platform/fork.hpp"

#include <pthread.h>

#include <system_error>

namespace rt::platform {

void call_in_forked_children(void (*handler)()) {
  // Once: what was registered cannot be taken back.
  static const int failure = ::pthread_atfork(nullptr, nullptr, handler);
  if (failure != 0) throw std::system_error(failure, std::system_category(), "pthread_atfork");
}

}  // namespace rt::platform
