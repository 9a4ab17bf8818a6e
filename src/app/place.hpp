#pragma once

#include <string>

#include "rt/core/address.hpp"

namespace rt::app {

/// The port of an address whose form was checked.
unsigned port_of(const rt::address& at);

/// Does it name this machine to itself alone?
bool is_loopback(const rt::address& at);

/// Where a process takes connections from others of the cluster whose head is there.
std::string place_beside(const rt::address& head);

}  // namespace rt::app
