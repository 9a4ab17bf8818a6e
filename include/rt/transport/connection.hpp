#pragma once

#include <cstdint>
#include <functional>

namespace rt {

/// Names one connection of one transport: a way for frames between this process and one other.
/// Shape: a number that this transport gives once; 0 names none.
struct connection_id {
  std::uint64_t number = 0;

  explicit constexpr operator bool() const noexcept { return number != 0; }
  friend constexpr auto operator<=>(connection_id, connection_id) = default;
};

/// Why a connection is closed.
enum class connection_end : std::uint8_t {
  asked,        ///< by `close` at this side: what was taken before has left
  left,         ///< by the other side, in order: what it sent before has been received
  unreachable,  ///< nobody answered at the address; it never was open
  refused,      ///< the other side would not have it: its secret, its limit of connections
  lost,         ///< it broke; what was sent and not answered may have arrived or not
  misused,      ///< the other side sent what is no frame, or one beyond the limit
};

}  // namespace rt

/// Hashes a connection's number.
template <>
struct std::hash<rt::connection_id> {
  std::size_t operator()(rt::connection_id connection) const noexcept { return connection.number; }
};
