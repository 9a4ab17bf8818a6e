#include "sim/real_sleeps.hpp"

#include <ctime>

#include "sim/sanitizers.hpp"
#include "sim/world.hpp"

#if !RT_SIM_ASAN && !RT_SIM_TSAN

#include <dlfcn.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace {

/// Fails the run of whoever sleeps in a simulation; returns elsewhere.
void refuse(const char* called) noexcept {
  if (rt::sim::world* const here = rt::sim::world::active()) here->refuse_sleep(called);
}

/// Returns the C library's function, which is a point where threads are cancelled; null in a program without it.
template <class Function>
Function next_of(const char* name) noexcept {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

// Weak: a program that has its own keeps them.
extern "C" {

__attribute__((weak)) int nanosleep(const timespec* length, timespec* left) {
  using function = int (*)(const timespec*, timespec*);
  refuse("nanosleep");
  static const auto next = next_of<function>("nanosleep");
  if (next != nullptr) return next(length, left);
  return static_cast<int>(::syscall(SYS_nanosleep, length, left));
}

__attribute__((weak)) int clock_nanosleep(clockid_t clock, int flags, const timespec* length,
                                          timespec* left) {
  using function = int (*)(clockid_t, int, const timespec*, timespec*);
  refuse("clock_nanosleep");
  static const auto next = next_of<function>("clock_nanosleep");
  if (next != nullptr) return next(clock, flags, length, left);
  return ::syscall(SYS_clock_nanosleep, clock, flags, length, left) == 0 ? 0 : errno;
}

__attribute__((weak)) int usleep(useconds_t length_us) {
  const timespec length{static_cast<std::time_t>(length_us / 1'000'000),
                        static_cast<long>(length_us % 1'000'000) * 1'000};
  refuse("usleep");
  return nanosleep(&length, nullptr);
}

__attribute__((weak)) unsigned sleep(unsigned length_s) {
  timespec left{static_cast<std::time_t>(length_s), 0};
  refuse("sleep");
  return nanosleep(&left, &left) == 0 ? 0 : static_cast<unsigned>(left.tv_sec);
}

}  // extern "C"

namespace rt::sim {
bool real_sleeps_are_refused() noexcept { return true; }
}  // namespace rt::sim

#else

namespace rt::sim {
bool real_sleeps_are_refused() noexcept { return false; }
}  // namespace rt::sim

#endif
