#include "tcp/plain_stream.hpp"

#include <algorithm>
#include <array>
#include <system_error>

namespace rt::tcp {
namespace {

constexpr std::size_t elements_max = 64;  // of one call of the system

io_result result_of(std::size_t bytes, const std::error_code& failed) {
  if (failed == asio::error::would_block || failed == asio::error::try_again) {
    return {io_status::would_wait};
  }
  return {failed ? io_status::ended : io_status::done, bytes};
}

}  // namespace

io_result plain_stream::read(std::span<std::byte> into) {
  std::error_code failed;
  const std::size_t came = socket_.read_some(asio::buffer(into.data(), into.size()), failed);
  return result_of(came, failed);
}

io_result plain_stream::write(std::span<const outgoing_bytes> runs) {
  if (runs.empty()) return {io_status::done};
  std::array<asio::const_buffer, elements_max> buffers;
  for (std::size_t i = 0; i < std::min(runs.size(), elements_max); ++i) {
    buffers[i] = asio::const_buffer(runs[i].data, runs[i].size);
  }
  std::error_code failed;
  const std::size_t left = socket_.write_some(buffers, failed);
  return result_of(left, failed);
}

}  // namespace rt::tcp
