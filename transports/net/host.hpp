#pragma once

#include <string>

namespace rt::net {

/// Says whether a host is written in numbers, and no name that has to be looked up.
bool is_numeric(const std::string& host);

/// Says whether a host in numbers means all addresses of this machine.
bool is_unspecified(const std::string& host);

/// Returns how others reach this machine: an address of its own that is no loopback, if it has one.
std::string reachable_host();

}  // namespace rt::net
