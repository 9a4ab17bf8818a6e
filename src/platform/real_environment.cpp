#include "platform/real_environment.hpp"

#include <sched.h>

#include <utility>

#include "platform/clock.hpp"
#include "platform/futex.hpp"
#include "platform/log_line.hpp"
#include "platform/membarrier.hpp"
#include "platform/os_thread.hpp"
#include "platform/random.hpp"

namespace rt::platform {

instant real_environment::now() noexcept { return monotonic_now(); }

std::uint64_t real_environment::random() noexcept { return random_64(); }

void real_environment::park(const std::atomic<std::uint32_t>& word, std::uint32_t seen,
                            instant deadline) noexcept {
  futex_wait(word, seen, deadline);
}

void real_environment::wake(const std::atomic<std::uint32_t>& word, unsigned count) noexcept {
  futex_wake(word, count);
}

bool real_environment::prepare_fences(bool may_wait) noexcept { return prepare_barriers(may_wait); }

void real_environment::fence_all_threads() noexcept { barrier_in_all_threads(); }

void real_environment::relax(unsigned round) noexcept {
  // A pause takes 10 to 50 ns. Who is still waited for after some ten microseconds has likely lost
  // its processor, perhaps to this very thread.
  constexpr unsigned pauses = 500;
  if (round >= pauses) {
    ::sched_yield();
    return;
  }
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("isb" ::: "memory");  // "yield" does nothing on most cores; this takes as long
#else
  std::atomic_signal_fence(std::memory_order_seq_cst);
#endif
}

void real_environment::set_alarm(instant when) noexcept { alarm_.set(when); }

void real_environment::wait_also_for(int descriptor, std::function<void()> ready) {
  ready_ = std::move(ready);
  beside_.store(descriptor, std::memory_order_release);
  // Who sleeps already sleeps on the alarm alone.
  alarm_.set(0);
}

void real_environment::wait_alarm() noexcept {
  const int beside = beside_.load(std::memory_order_acquire);
  if (beside < 0) alarm_.wait();
  else if (alarm_.wait_or(beside)) ready_();
}

std::unique_ptr<environment::thread> real_environment::start_thread(std::string name,
                                                                    std::function<void()> body) {
  return std::make_unique<os_thread>(std::move(name), std::move(body));
}

std::uintptr_t real_environment::stack_limit() noexcept { return stack_limit_of_this_thread(); }

void real_environment::log(const std::string& text) noexcept { write_log_line(text); }

}  // namespace rt::platform
