#include "sim/outside_look.hpp"

#include <sys/stat.h>
#include <ctime>

#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#define RT_SIM_KNOWS_SINGLE_THREAD 1
#else
#define RT_SIM_KNOWS_SINGLE_THREAD 0
#endif

namespace rt::sim {
namespace {

/// A thread takes more, from its beginning to its end.
constexpr instant computed_min = 1'000;

instant read(clockid_t clock) noexcept {
  std::timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<instant>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

/// Has the process never had more than this thread? False where the C library cannot say.
bool never_had_threads() noexcept {
#if RT_SIM_KNOWS_SINGLE_THREAD
  return __libc_single_threaded != 0;
#else
  return false;
#endif
}

/// Shape: 0 where nobody can say.
long count_threads() noexcept {
  struct stat tasks {};
  if (::stat("/proc/self/task", &tasks) != 0) return 0;
  return static_cast<long>(tasks.st_nlink) - 2;
}

}  // namespace

outside_look::outside_look() noexcept : was_alone_(never_had_threads()) {
  if (was_alone_) return;
  threads_ = count_threads();
  if (threads_ != 1) return;
  // In this order, and at the end in the other, what others computed is never made more than it is.
  const instant own = read(CLOCK_THREAD_CPUTIME_ID);
  others_computed_ = read(CLOCK_PROCESS_CPUTIME_ID) - own;
}

std::vector<std::string> outside_look::warnings() const {
  bool started = was_alone_ && !never_had_threads();
  if (threads_ == 1) {
    const instant all = read(CLOCK_PROCESS_CPUTIME_ID);
    started = all - read(CLOCK_THREAD_CPUTIME_ID) - others_computed_ >= computed_min;
  }
  if (threads_ != 0) started = started || count_threads() > threads_;
  if (!started) return {};
  return {
      "a thread was started, by the program or a library that it calls: the seed does not choose "
      "its steps"};
}

}  // namespace rt::sim
