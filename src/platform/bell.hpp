#pragma once

namespace rt::platform {

/// Rung by one thread, heard by another that sleeps on its descriptor.
/// Owner: closes its descriptor, which no child process inherits.
class bell {
 public:
  /// Errors: std::system_error when the process has no descriptor left.
  bell();
  ~bell();
  bell(const bell&) = delete;
  bell& operator=(const bell&) = delete;

  /// Can be read while it has rung and not been silenced.
  int descriptor() const noexcept { return descriptor_; }

  /// Thread: any; never blocks.
  void ring() noexcept;
  void silence() noexcept;
  /// Sleeps until it rings, at once if it has, and silences it. May return early.
  void wait() noexcept;

 private:
  int descriptor_;
};

}  // namespace rt::platform
