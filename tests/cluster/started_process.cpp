#include "started_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "support/catch.hpp"

namespace {

using clock_type = std::chrono::steady_clock;

int ms_until(clock_type::time_point until) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(until - clock_type::now());
  return left.count() > 0 ? static_cast<int>(left.count()) : 0;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& each : texts) all.push_back(each.data());
  all.push_back(nullptr);
  return all;
}

}  // namespace

started_process::started_process(std::vector<std::string> command,
                                 const std::map<std::string, std::string>& variables) {
  for (const std::string& word : command) name_ += word + ' ';
  std::vector<std::string> settings;
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string text = *each;
    // What is set for the tests' own runtime is not for these.
    const bool ours = text.compare(0, 3, "RT_") == 0;
    if (!ours && variables.count(text.substr(0, text.find('='))) == 0) settings.push_back(text);
  }
  for (const auto& [name, value] : variables) settings.push_back(name + '=' + value);
  const std::vector<char*> words = pointers_to(command);
  const std::vector<char*> environment = pointers_to(settings);
  std::array<int, 2> pipe{};
  REQUIRE(::pipe2(pipe.data(), O_CLOEXEC) == 0);
  process_ = ::fork();
  REQUIRE(process_ >= 0);
  if (process_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(pipe[1], STDOUT_FILENO);
    ::dup2(pipe[1], STDERR_FILENO);
    ::execve(words.front(), words.data(), environment.data());
    ::_exit(127);
  }
  ::close(pipe[1]);
  output_ = pipe[0];
}

started_process::started_process(started_process&& other) noexcept
    : name_(std::move(other.name_)),
      process_(std::exchange(other.process_, -1)),
      output_(std::exchange(other.output_, -1)),
      written_(std::move(other.written_)),
      heard_(other.heard_) {}

started_process::~started_process() {
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  if (output_ >= 0) ::close(output_);
}

void started_process::fail(const std::string& what) {
  FAIL(name_ << "(process " << process_ << ") " << what << "; it has written:\n" << written_);
}

bool started_process::read_more(clock_type::time_point until) {
  pollfd watched{output_, POLLIN, 0};
  const int ready = ::poll(&watched, 1, ms_until(until));
  if (ready == 0) fail("takes too long");
  std::array<char, 4096> text;
  const ssize_t size = ready > 0 ? ::read(output_, text.data(), text.size()) : 0;
  if (size > 0) written_.append(text.data(), static_cast<std::size_t>(size));
  return size > 0 || errno == EINTR;
}

std::string started_process::wait_for_line(const std::string& text) {
  const auto until = clock_type::now() + patience;
  for (;;) {
    for (std::size_t end; (end = written_.find('\n', heard_)) != std::string::npos;) {
      const std::string line = written_.substr(heard_, end - heard_);
      heard_ = end + 1;
      if (line.find(text) != std::string::npos) return line;
    }
    if (!read_more(until)) fail("has ended, or closed its output, without a line with " + text);
  }
}

void started_process::signal(int number) const { REQUIRE(::kill(process_, number) == 0); }

void started_process::wait_until_stopped() {
  int status = 0;
  REQUIRE(::waitpid(process_, &status, WUNTRACED) == process_);
  REQUIRE(WIFSTOPPED(status));
}

int started_process::wait() {
  const auto until = clock_type::now() + patience;
  const int handle = static_cast<int>(::syscall(SYS_pidfd_open, process_, 0));
  REQUIRE(handle >= 0);
  // What it writes is taken meanwhile: a full pipe would hold it up.
  for (bool lives = true; lives;) {
    std::array<pollfd, 2> watched{{{handle, POLLIN, 0}, {output_, POLLIN, 0}}};
    if (::poll(watched.data(), output_ >= 0 ? 2 : 1, ms_until(until)) == 0) fail("does not end");
    lives = watched[0].revents == 0;
    if (output_ >= 0 && watched[1].revents != 0 && !read_more(until)) {
      ::close(output_);
      output_ = -1;
    }
  }
  ::close(handle);
  int status = 0;
  REQUIRE(::waitpid(process_, &status, 0) == process_);
  process_ = -1;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
