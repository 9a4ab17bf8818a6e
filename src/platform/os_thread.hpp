#pragma once

#include <pthread.h>

#include <cstdint>
#include <functional>
#include <string>

#include "rt/core/environment.hpp"

namespace rt::platform {

/// A thread of the operating system that takes no signals of the process, so that a host's handlers
/// run on the host's threads. Signals that an instruction raises on its own thread (SIGSEGV, SIGFPE
/// and the like) stay open: blocked, they would kill the process without its handler being asked.
/// Owner: the destructor joins.
class os_thread : public environment::thread {
 public:
  /// Errors: std::system_error when the system gives no thread; `body` has then not run.
  os_thread(std::string name, std::function<void()> body);
  ~os_thread() override;
  os_thread(const os_thread&) = delete;
  os_thread& operator=(const os_thread&) = delete;

 private:
  pthread_t handle_;
};

/// Returns the lowest usable address of the calling thread's stack. Costs microseconds (on the main
/// thread a read of /proc/self/maps), so callers keep it.
std::uintptr_t stack_limit_of_this_thread() noexcept;

}  // namespace rt::platform
