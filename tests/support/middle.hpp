#pragma once

#include <sys/socket.h>
#include <array>
#include <memory>
#include <string>

#include <rt/core/address.hpp>

#include "support/bare_socket.hpp"

namespace support {

/// Passes bytes between a caller and the called, sees them, and may change one.
class middle {
 public:
  explicit middle(const rt::address& to)
      : to_(to), at_(listener_.listen(4, std::string(to.scheme()))) {}

  const rt::address& at() const { return at_; }

  void take() {
    caller_ = std::make_unique<bare_socket>(listener_.take());
    called_ = std::make_unique<bare_socket>();
    called_->connect(to_);
  }

  /// Passes what is there.
  void pass(bool change = false) {
    pass(*caller_, *called_, change);
    pass(*called_, *caller_, false);
  }

  std::string seen;

 private:
  void pass(bare_socket& from, bare_socket& to, bool change) {
    std::array<char, 4'096> some;
    const ssize_t came = ::recv(from.descriptor(), some.data(), some.size(), MSG_DONTWAIT);
    if (came <= 0) return;
    if (change) some[static_cast<std::size_t>(came) / 2] ^= 1;
    const std::string bytes(some.data(), static_cast<std::size_t>(came));
    seen += bytes;
    to.say(bytes);
  }

  rt::address to_;
  bare_socket listener_;
  rt::address at_;
  std::unique_ptr<bare_socket> caller_;
  std::unique_ptr<bare_socket> called_;
};

}  // namespace support
