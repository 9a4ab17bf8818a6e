#include "platform/os_thread.hpp"

#include <csignal>
#include <memory>
#include <system_error>
#include <utility>

namespace rt::platform {
namespace {

struct start_arguments {
  std::string name;
  std::function<void()> body;
};

extern "C" void* roundtrip_thread_main(void* raw) {
  std::unique_ptr<start_arguments> arguments(static_cast<start_arguments*>(raw));
  // Named by the thread itself: a name set by the starter might come after the first look at it.
  ::pthread_setname_np(::pthread_self(), arguments->name.c_str());
  arguments->body();
  return nullptr;
}

sigset_t signals_for_other_threads() {
  sigset_t set;
  ::sigfillset(&set);
  for (int raised_by_instruction : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS}) {
    ::sigdelset(&set, raised_by_instruction);
  }
  return set;
}

}  // namespace

os_thread::os_thread(std::string name, std::function<void()> body) {
  constexpr std::size_t name_bytes_max = 15;
  if (name.size() > name_bytes_max) name.resize(name_bytes_max);
  auto arguments = std::make_unique<start_arguments>();
  arguments->name = std::move(name);
  arguments->body = std::move(body);

  // The new thread inherits the mask, so there is no moment in which it could take a signal.
  const sigset_t blocked = signals_for_other_threads();
  sigset_t before;
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const int error = ::pthread_create(&handle_, nullptr, &roundtrip_thread_main, arguments.get());
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (error != 0) throw std::system_error(error, std::system_category(), "pthread_create");
  arguments.release();  // the thread's own now
}

os_thread::~os_thread() { ::pthread_join(handle_, nullptr); }

std::uintptr_t stack_limit_of_this_thread() noexcept {
  pthread_attr_t attributes;
  if (::pthread_getattr_np(::pthread_self(), &attributes) != 0) return 0;
  void* lowest = nullptr;
  std::size_t size = 0;
  ::pthread_attr_getstack(&attributes, &lowest, &size);
  ::pthread_attr_destroy(&attributes);
  return reinterpret_cast<std::uintptr_t>(lowest);
}

}  // namespace rt::platform
