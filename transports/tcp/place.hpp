#pragma once

#include <string>

#include "rt/core/address.hpp"
#include "rt/core/result.hpp"

namespace rt::tcp {

/// What stands behind `tcp://`: a host and a port.
/// Shape: `host:port` or `[IPv6]:port`, the port 0 to 65535.
struct place {
  std::string host;
  unsigned short port = 0;

  /// Errors: `errc::config`, with the text and what it takes.
  static result<place> parse(const address& from);

  address to_address() const;
};

}  // namespace rt::tcp
