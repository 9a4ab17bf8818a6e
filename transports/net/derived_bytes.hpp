#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "rt/transport/secret.hpp"

namespace rt::net {

/// Derives 32 bytes from a secret, for one purpose: they tell nothing of the secret, nor of what is derived
/// for another purpose.
/// Errors: a library that cannot do it ends the process with a line.
std::array<std::byte, 32> derived_bytes(const secret& from, std::string_view purpose);

}  // namespace rt::net
