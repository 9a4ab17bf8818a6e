#pragma once

namespace rt::net {

/// A descriptor that can be read once, some time after it was set.
/// Owner: of the descriptor.   Thread: one at a time.
class tick {
 public:
  tick();
  ~tick();
  tick(const tick&) = delete;
  tick& operator=(const tick&) = delete;

  int descriptor() const noexcept { return descriptor_; }
  void set(unsigned after_ms) noexcept;

 private:
  int descriptor_;
};

}  // namespace rt::net
