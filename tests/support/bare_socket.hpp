#pragma once

#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cstdint>
#include <string>

#include <rt/core/address.hpp>

#include "support/catch.hpp"

namespace support {

/// A socket without a transport.
class bare_socket {
 public:
  bare_socket() : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  explicit bare_socket(int taken) : descriptor_(taken) {}
  ~bare_socket() { ::close(descriptor_); }
  bare_socket(const bare_socket&) = delete;
  bare_socket& operator=(const bare_socket&) = delete;

  int descriptor() const { return descriptor_; }

  void connect(const rt::address& to) {
    sockaddr_in at = loopback(port_of(to));
    REQUIRE(::connect(descriptor_, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
  }

  /// Listens without ever taking anybody.
  rt::address listen(int waiting, const std::string& scheme = "tcp") {
    sockaddr_in at = loopback(0);
    REQUIRE(::bind(descriptor_, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
    REQUIRE(::listen(descriptor_, waiting) == 0);
    socklen_t size = sizeof at;
    ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&at), &size);
    return *rt::address::parse(scheme + "://127.0.0.1:" + std::to_string(ntohs(at.sin_port)));
  }

  int take() { return ::accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC); }

  void say(const std::string& bytes) {
    REQUIRE(::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
  }

  /// Returns how many bytes have come and were not heard.
  std::size_t waiting() const {
    int bytes = 0;
    ::ioctl(descriptor_, FIONREAD, &bytes);
    return static_cast<std::size_t>(bytes);
  }

  /// Returns what comes, until the other side ends or so many bytes are there.
  std::string hear(std::size_t bytes) {
    std::string heard(bytes, '\0');
    std::size_t came = 0;
    while (came < bytes) {
      const ssize_t more = ::recv(descriptor_, heard.data() + came, bytes - came, 0);
      if (more <= 0) break;
      came += static_cast<std::size_t>(more);
    }
    heard.resize(came);
    return heard;
  }

 private:
  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    at.sin_port = htons(port);
    return at;
  }
  static std::uint16_t port_of(const rt::address& from) {
    const std::string& text = from.text();
    return static_cast<std::uint16_t>(std::stoi(text.substr(text.rfind(':') + 1)));
  }

  int descriptor_;
};

}  // namespace support
