#include "sim/stall_alarm.hpp"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "sim/world.hpp"

// Thread ids in signal events have no name in older C libraries.
#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

namespace rt::sim {
namespace {

/// Who waits computes no more than this between two looks.
constexpr std::int64_t computed_max_us = 10'000;

/// What a look finds.
struct standing {
  std::uint64_t step = 0;
  std::uintptr_t place = 0;
  std::int64_t waits = 0;
  std::int64_t disk_waits = 0;
  std::int64_t computed_us = 0;
};

/// A timer that signals one thread.
struct thread_timer {
  timer_t timer{};
  int process = 0;
  bool is_made = false;

  ~thread_timer() {
    if (is_made && process == ::getpid()) ::timer_delete(timer);
  }
};

thread_local thread_timer own_timer;
// Of the one run that there is, for its own thread.
constinit standing seen;
constinit unsigned seen_alike = 0;
constinit unsigned looks_max = 0;
constinit std::int64_t all_looks_ms = 0;

std::uintptr_t interrupted_at([[maybe_unused]] const void* context) noexcept {
#if defined(__x86_64__)
  return static_cast<std::uintptr_t>(
      static_cast<const ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP]);
#elif defined(__aarch64__)
  return static_cast<const ucontext_t*>(context)->uc_mcontext.pc;
#else
  return 0;
#endif
}

standing look(const world& here, const void* context) noexcept {
  rusage used{};
  ::getrusage(RUSAGE_THREAD, &used);
  constexpr std::int64_t second = 1'000'000;
  return {.step = here.steps(),
          .place = interrupted_at(context),
          .waits = used.ru_nvcsw,
          .disk_waits = used.ru_majflt + used.ru_inblock,
          .computed_us = (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * second +
                         used.ru_utime.tv_usec + used.ru_stime.tv_usec};
}

[[noreturn]] void end(const world& here) noexcept {
  const fiber* const who = here.running();
  char text[512];
  const int length = std::snprintf(
      text, sizeof text,
      "roundtrip: a simulation has stood still for %lld ms of real time: process %u, fiber %u "
      "\"%s\", in "
      "step %llu, waits for a lock that another holds over a get, wait or sleep of its own, or for "
      "something outside\n",
      static_cast<long long>(all_looks_ms), who != nullptr ? who->group() : 0,
      who != nullptr ? who->number() : 0, who != nullptr ? who->name().c_str() : "none",
      static_cast<unsigned long long>(here.steps()));
  if (length > 0) {
    [[maybe_unused]] const auto written =
        ::write(STDERR_FILENO, text, static_cast<std::size_t>(length));
  }
  std::abort();
}

void on_time(int, siginfo_t*, void* context) {
  const world* const here = world::active();
  if (here == nullptr) return;
  const standing now = look(*here, context);
  const bool waits = now.step == seen.step && now.place == seen.place && now.waits > seen.waits &&
                     now.disk_waits == seen.disk_waits &&
                     now.computed_us - seen.computed_us <= computed_max_us;
  seen_alike = waits ? seen_alike + 1 : 0;
  seen = now;
  if (seen_alike >= looks_max) end(*here);
}

/// Takes a signal that nobody uses.   Shape: 0 if there is none.
int take_signal() noexcept {
  // The first is one that debuggers pass on in silence.
  for (int each = SIGVTALRM; each <= SIGRTMAX; each = each == SIGVTALRM ? SIGRTMIN : each + 1) {
    struct sigaction now {};
    if (::sigaction(each, nullptr, &now) != 0 || (now.sa_flags & SA_SIGINFO) != 0) continue;
    if (now.sa_handler != SIG_DFL) continue;
    now = {};
    now.sa_sigaction = &on_time;
    now.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
    if (::sigaction(each, &now, nullptr) == 0) return each;
  }
  return 0;
}

bool make(thread_timer& own) noexcept {
  if (own.is_made && own.process == ::getpid()) return true;
  static const int signal = take_signal();
  if (signal == 0) return false;
  sigset_t of_it;
  ::sigemptyset(&of_it);
  ::sigaddset(&of_it, signal);
  ::pthread_sigmask(SIG_UNBLOCK, &of_it, nullptr);
  struct sigevent event {};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = signal;
  event.sigev_notify_thread_id = static_cast<pid_t>(::syscall(SYS_gettid));
  own.is_made = ::timer_create(CLOCK_MONOTONIC, &event, &own.timer) == 0;
  own.process = ::getpid();
  return own.is_made;
}

void set(thread_timer& own, std::chrono::nanoseconds period) noexcept {
  itimerspec when{};
  when.it_interval.tv_sec = period.count() / 1'000'000'000;
  when.it_interval.tv_nsec = period.count() % 1'000'000'000;
  when.it_value = when.it_interval;
  ::timer_settime(own.timer, 0, &when, nullptr);
}

}  // namespace

constinit stall_alarm::patience stall_alarm::next_patience{};

stall_alarm::stall_alarm() noexcept {
  if (!make(own_timer)) return;
  seen = {};
  seen_alike = 0;
  looks_max = next_patience.looks;
  all_looks_ms = static_cast<std::int64_t>(next_patience.looks) *
                 next_patience.between_looks.count() / 1'000'000;
  set(own_timer, next_patience.between_looks);
}

stall_alarm::~stall_alarm() {
  if (own_timer.is_made) set(own_timer, {});
}

}  // namespace rt::sim
