#pragma once

#include <string>
#include <string_view>

#include "rt/core/address.hpp"
#include "rt/core/result.hpp"

namespace rt::net {

/// What stands behind `tcp://` and its like: a host and a port.
/// Shape: `host:port` or `[IPv6]:port`, the port 0 to 65535.
struct place {
  std::string host;
  unsigned short port = 0;

  /// Reads an address of that scheme, which people call `name`.
  /// Errors: `errc::config`, with the text and what it takes.
  static result<place> parse(const address& from, std::string_view scheme, std::string_view name);

  address to_address(std::string_view scheme) const;
  /// Returns `host:port`, an IPv6 host in brackets.
  std::string text() const;
};

}  // namespace rt::net
