#pragma once

#include <memory>

#include "app/secret_file.hpp"
#include "rt/core/address.hpp"
#include "rt/transport/transport.hpp"

namespace rt::app {

/// Makes the transport that understands the address, protected by the secrets, bare without any.
/// Errors: `config_error` where this build has none for it.
std::unique_ptr<transport> make_transport(const rt::address& at, const secret_list& secrets);

}  // namespace rt::app
