#include "platform/own_program.hpp"

#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>
#include <vector>

namespace rt::platform {
namespace {

const char* const own_binary = "/proc/self/exe";
constexpr int exit_not_begun = 127;
constexpr unsigned first_of_others = 3;

/// The variables of this process, and one more in the place of its namesake.
std::vector<std::string> variables_with(const std::string& name, const std::string& value) {
  std::vector<std::string> all;
  for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
    const std::string text = *each;
    if (text.compare(0, name.size() + 1, name + '=') != 0) all.push_back(text);
  }
  if (!name.empty()) all.push_back(name + '=' + value);
  return all;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& each : texts) all.push_back(each.data());
  all.push_back(nullptr);
  return all;
}

/// All else that is open closes when another program begins.   Thread: also in a forked child.
void hand_on_nothing() noexcept {
  ::syscall(SYS_close_range, first_of_others, ~0U, CLOSE_RANGE_CLOEXEC);
}

}  // namespace

own_program::own_program(char* const* argv, const std::string& variable, const std::string& value) {
  std::vector<std::string> texts = variables_with(variable, value);
  const std::vector<char*> variables = pointers_to(texts);
  const pid_t parent = ::getpid();
  sigset_t none;
  ::sigemptyset(&none);
  process_ = ::fork();
  if (process_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(exit_not_begun);
    // What a terminal says to this one's group, this one says to it.
    ::setpgid(0, 0);
    ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
    hand_on_nothing();
    ::execve(own_binary, argv, variables.data());
    ::_exit(exit_not_begun);
  }
  if (process_ < 0) throw std::system_error(errno, std::system_category(), "a process of its own");
  descriptor_ = static_cast<int>(::syscall(SYS_pidfd_open, process_, 0));
  if (descriptor_ >= 0) return;
  const int why = errno;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  throw std::system_error(why, std::system_category(), "pidfd_open");
}

own_program::~own_program() {
  if (!over_) {
    ::kill(process_, SIGKILL);
    while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  ::close(descriptor_);
}

void own_program::signal(int number) noexcept {
  if (!over_) ::kill(process_, number);
}

std::optional<std::string> own_program::ended() noexcept {
  int status = 0;
  if (over_ || ::waitpid(process_, &status, WNOHANG) != process_) return std::nullopt;
  over_ = true;
  if (WIFSIGNALED(status)) return "by signal " + std::to_string(WTERMSIG(status));
  return "with status " + std::to_string(WEXITSTATUS(status));
}

void begin_program_anew(char* const* argv, const std::string& variable, const std::string& value) {
  std::vector<std::string> texts = variables_with(variable, value);
  const std::vector<char*> variables = pointers_to(texts);
  hand_on_nothing();
  ::execve(own_binary, argv, variables.data());
}

}  // namespace rt::platform
