#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace rt::platform {

/// A process of this program's own binary, beside this one. It ends with this one, however that ends.
///
/// Nothing but standard input, output and error is handed on to it.
/// Thread: made by a thread that lives as long as the process is to live, since the system ends it with that.
/// Owner: the destructor ends the process at once and waits for its end.
class own_program {
 public:
  /// Begins it with these arguments and one more variable.
  /// Errors: std::system_error where the system gives no process.
  own_program(char* const* argv, const std::string& variable, const std::string& value);
  ~own_program();
  own_program(const own_program&) = delete;
  own_program& operator=(const own_program&) = delete;

  pid_t id() const noexcept { return process_; }
  /// Can be read once it has ended.
  int descriptor() const noexcept { return descriptor_; }

  void signal(int number) noexcept;

  /// How it has ended, in words; nothing while it lives.   Thread: never blocks.
  std::optional<std::string> ended() noexcept;

 private:
  pid_t process_ = -1;
  int descriptor_ = -1;
  bool over_ = false;
};

/// Has this process begin anew: the same arguments, with one more variable where that has a name. Nothing
/// but standard input, output and error is handed on.   Shape: returns only where that failed.
void begin_program_anew(char* const* argv, const std::string& variable, const std::string& value);

}  // namespace rt::platform
