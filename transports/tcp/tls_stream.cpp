#include "tcp/tls_stream.hpp"

#include <algorithm>
#include <cstring>

#include <openssl/bio.h>
#include <openssl/err.h>

namespace rt::tcp {
namespace {

constexpr std::size_t received_bytes = 64 << 10;
constexpr std::size_t sealed_at_once = 64 << 10;  // the plain bytes of one call of the system
constexpr std::size_t record_bytes = 16 << 10;

}  // namespace

tls_stream::tls_stream(asio::ip::tcp::socket& socket, const tls_context& shared, bool calls,
                       std::size_t unproved_bytes_max)
    : socket_(socket), side_(shared.make_side(calls)), unproved_bytes_left_(unproved_bytes_max) {
  BIO* const own = BIO_new(buffers());
  BIO_set_data(own, this);
  BIO_set_init(own, 1);
  SSL_set_bio(side_, own, own);
}

tls_stream::~tls_stream() { SSL_free(side_); }

BIO_METHOD* tls_stream::buffers() {
  static BIO_METHOD* const methods = [] {
    BIO_METHOD* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "roundtrip");
    BIO_meth_set_read(made, &tls_stream::take);
    BIO_meth_set_write(made, &tls_stream::give);
    BIO_meth_set_ctrl(made, &tls_stream::control);
    return made;
  }();
  return methods;
}

int tls_stream::take(BIO* from, char* into, int size) {
  auto& own = *static_cast<tls_stream*>(BIO_get_data(from));
  BIO_clear_retry_flags(from);
  if (own.came_begin_ == own.came_end_) {
    own.came_.resize(own.proved_ ? received_bytes : own.unproved_bytes_left_);
    if (own.came_.empty()) {
      own.arriving_ = io_status::refused;
      return -1;
    }
    const io_result came = own.socket_.read(own.came_);
    own.arriving_ = came.status;
    own.came_begin_ = 0;
    own.came_end_ = came.bytes;
    own.heard_ = own.heard_ || came.bytes != 0;
    if (!own.proved_) own.unproved_bytes_left_ -= came.bytes;
    if (came.status == io_status::would_wait) BIO_set_retry_read(from);
    if (came.status != io_status::done) return came.status == io_status::ended ? 0 : -1;
  }
  const std::size_t taken =
      std::min(own.came_end_ - own.came_begin_, static_cast<std::size_t>(size));
  std::memcpy(into, own.came_.data() + own.came_begin_, taken);
  own.came_begin_ += taken;
  return static_cast<int>(taken);
}

int tls_stream::give(BIO* to, const char* bytes, int size) {
  auto& own = *static_cast<tls_stream*>(BIO_get_data(to));
  BIO_clear_retry_flags(to);
  const auto* const begin = reinterpret_cast<const std::byte*>(bytes);
  own.sealed_.insert(own.sealed_.end(), begin, begin + size);
  return size;
}

long tls_stream::control(BIO*, int what, long, void*) { return what == BIO_CTRL_FLUSH ? 1 : 0; }

io_status tls_stream::status_after(int said) const {
  switch (SSL_get_error(side_, said)) {
    case SSL_ERROR_NONE: return io_status::done;
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: return io_status::would_wait;
    case SSL_ERROR_ZERO_RETURN: return io_status::ended;
    default: return arriving_ == io_status::ended ? io_status::ended : io_status::refused;
  }
}

io_status tls_stream::greet() {
  if (proved_) return io_status::done;
  ERR_clear_error();
  const io_status said = status_after(SSL_do_handshake(side_));
  const io_status left = write_sealed();
  if (said == io_status::done && SSL_session_reused(side_) != 1) return io_status::refused;
  proved_ = said == io_status::done;
  if (said == io_status::ended && heard_) return io_status::refused;  // somebody is there
  return said == io_status::would_wait && left == io_status::ended ? left : said;
}

io_result tls_stream::read(std::span<std::byte> into) {
  std::size_t came = 0;
  while (came < into.size()) {
    ERR_clear_error();
    std::size_t record = 0;
    const int said = SSL_read_ex(side_, into.data() + came, into.size() - came, &record);
    came += record;
    if (said == 1) continue;
    if (came != 0) break;  // the next call finds it again
    const io_status status = status_after(said);
    // After a proof, what is no record has been changed on its way: nothing more is believed.
    return {status == io_status::refused ? io_status::ended : status};
  }
  return {io_status::done, came};
}

io_result tls_stream::write(std::span<const outgoing_bytes> runs) {
  if (const io_status left = write_sealed(); left != io_status::done) return {left};
  std::size_t taken = 0;
  for (const outgoing_bytes& each : runs) {
    if (taken >= sealed_at_once) break;
    const std::size_t size = std::min(each.size, sealed_at_once - taken);
    for (std::size_t done = 0; done < size;) {
      ERR_clear_error();
      std::size_t record = 0;
      const std::size_t next = std::min(record_bytes, size - done);
      if (SSL_write_ex(side_, each.data + done, next, &record) != 1) return {io_status::ended};
      done += record;
    }
    taken += size;
    if (size < each.size) break;
  }
  const io_status left = write_sealed();
  return {left == io_status::ended ? left : io_status::done, taken};
}

io_status tls_stream::write_sealed() {
  while (holds_back()) {
    const outgoing_bytes rest{sealed_.data() + sealed_begin_, sealed_.size() - sealed_begin_};
    const io_result said = socket_.write({&rest, 1});
    if (said.status != io_status::done) return said.status;
    sealed_begin_ += said.bytes;
  }
  sealed_.clear();
  sealed_begin_ = 0;
  return io_status::done;
}

}  // namespace rt::tcp
