#pragma once

#include <optional>
#include <string>

#include <asio/ip/address.hpp>

namespace rt::tcp {

/// Returns the numbers of a host that is written as such; nothing for a name.
std::optional<asio::ip::address> numeric(const std::string& host);

/// Returns how others reach this machine: an address of its own that is no loopback, if it has one.
asio::ip::address reachable_address();

}  // namespace rt::tcp
