#pragma once

#include <asio/ip/tcp.hpp>

#include "tcp/stream.hpp"

namespace rt::tcp {

/// Bytes as they are.
class plain_stream final : public stream {
 public:
  explicit plain_stream(asio::ip::tcp::socket& socket) : socket_(socket) {}

  io_status greet() override { return io_status::done; }
  io_result read(std::span<std::byte> into) override;
  io_result write(std::span<const outgoing_bytes> runs) override;
  bool holds_back() const noexcept override { return false; }

 private:
  asio::ip::tcp::socket& socket_;
};

}  // namespace rt::tcp
