#include "platform/membarrier.hpp"

#include <linux/membarrier.h>
#include <sys/single_threaded.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>

namespace rt::platform {

namespace {

bool command(int which) noexcept { return ::syscall(SYS_membarrier, which, 0, 0) == 0; }

std::atomic<bool> registered{false};

}  // namespace

bool prepare_barriers(bool may_wait) noexcept {
  if (!registered.load(std::memory_order_acquire) && (may_wait || __libc_single_threaded != 0) &&
      command(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED)) {
    registered.store(true, std::memory_order_release);
  }
  return registered.load(std::memory_order_acquire);
}

void barrier_in_all_threads() noexcept { command(MEMBARRIER_CMD_PRIVATE_EXPEDITED); }

}  // namespace rt::platform
