#include "platform/futex.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <ctime>

#include "platform/clock.hpp"

namespace rt::platform {

static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t) &&
                  std::atomic<std::uint32_t>::is_always_lock_free,
              "the kernel compares the plain 32-bit word");

void futex_wait(const std::atomic<std::uint32_t>& word, std::uint32_t seen,
                instant deadline) noexcept {
  timespec until;
  if (deadline != never) until = to_timespec(deadline);
  // WAIT_BITSET and not WAIT, because its time limit is absolute: a caller that loops needs no
  // arithmetic on what is left.
  ::syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, seen, deadline == never ? nullptr : &until,
            nullptr, FUTEX_BITSET_MATCH_ANY);
}

void futex_wake(const std::atomic<std::uint32_t>& word, unsigned count) noexcept {
  ::syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, std::min(count, unsigned{INT_MAX}), nullptr,
            nullptr, 0);
}

}  // namespace rt::platform
