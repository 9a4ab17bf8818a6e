#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// A process that a test has started, with what it has written to its output and errors.
/// Owner: the destructor kills it, if it lives, and waits for its end.
class started_process {
 public:
  /// How long anything may take; a test fails then, and says what was written.
  static constexpr std::chrono::seconds patience{60};

  started_process(std::vector<std::string> command,
                  const std::map<std::string, std::string>& variables);
  started_process(started_process&& other) noexcept;
  started_process& operator=(started_process&&) = delete;
  ~started_process();

  pid_t id() const noexcept { return process_; }
  /// All that it has written so far, as far as it was read.
  const std::string& written() const noexcept { return written_; }

  /// Waits for a line that holds `text`, behind the line that was waited for last, and returns it.
  /// Errors: fails the test where it ends before, or where the patience is used up.
  std::string wait_for_line(const std::string& text);
  void signal(int number) const;
  /// Waits until it has stopped, as by SIGSTOP.
  void wait_until_stopped();
  /// Waits for its end.   Shape: its exit code; 128 and the number of the signal that ended it.
  int wait();

 private:
  /// Shape: false at the end of what it writes.
  bool read_more(std::chrono::steady_clock::time_point until);
  void fail(const std::string& what);

  std::string name_;
  pid_t process_ = -1;
  int output_ = -1;
  std::string written_;
  std::size_t heard_ = 0;
};
