#include "platform/membarrier.hpp"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace rt::platform {

namespace {

bool command(int which) noexcept { return ::syscall(SYS_membarrier, which, 0, 0) == 0; }

}  // namespace

bool barrier_in_all_threads() noexcept {
  // Registered once for the process; only then the kernel interrupts just its threads.
  static const bool offered = command(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
  return offered && command(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
}

}  // namespace rt::platform
