#pragma once

#include <cstdint>

#include "rt/core/address.hpp"
#include "rt/core/result.hpp"
#include "sim/network_options.hpp"

namespace rt::sim {

/// A place in a simulated network, where a process can listen.
/// Shape: `sim://process:port`, both decimal; port 0 is to be filled in.
struct network_place {
  process_number process = 0;
  std::uint32_t port = 0;

  /// Errors: `errc::config`.
  static result<network_place> read(const address& from);
  address to_address() const;

  friend constexpr auto operator<=>(const network_place&, const network_place&) = default;
};

}  // namespace rt::sim
