#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include <openssl/ssl.h>
#include <asio/ip/tcp.hpp>

#include "tcp/plain_stream.hpp"
#include "tcp/stream.hpp"
#include "tcp/tls_context.hpp"

namespace rt::tcp {

/// Bytes under TLS, over buffers of its own: many records pass in one call of the system.
///
/// Of a side that has not proved itself no more than `unproved_bytes_max` are read.
class tls_stream final : public stream {
 public:
  tls_stream(asio::ip::tcp::socket& socket, const tls_context& shared, bool calls,
             std::size_t unproved_bytes_max);
  ~tls_stream() override;
  tls_stream(const tls_stream&) = delete;
  tls_stream& operator=(const tls_stream&) = delete;

  io_status greet() override;
  io_result read(std::span<std::byte> into) override;
  io_result write(std::span<const outgoing_bytes> runs) override;
  bool holds_back() const noexcept override { return sealed_begin_ != sealed_.size(); }

 private:
  static BIO_METHOD* buffers();
  static int take(BIO* from, char* into, int size);
  static int give(BIO* to, const char* bytes, int size);
  static long control(BIO* of, int what, long number, void* pointer);

  io_status write_sealed();
  io_status status_after(int said) const;

  plain_stream socket_;
  SSL* side_;
  std::vector<std::byte> came_;  // as it was received
  std::size_t came_begin_ = 0;
  std::size_t came_end_ = 0;
  std::vector<std::byte> sealed_;  // ready to leave
  std::size_t sealed_begin_ = 0;
  std::size_t unproved_bytes_left_;
  bool heard_ = false;  // the other side has said anything
  bool proved_ = false;
  io_status arriving_ = io_status::done;  // how the last receiving ended
};

}  // namespace rt::tcp
