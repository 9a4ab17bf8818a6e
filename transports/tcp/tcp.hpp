#pragma once

#include <memory>

#include "rt/transport/transport.hpp"
#include "tcp/options.hpp"

namespace rt::tcp {

/// Returns a transport for addresses `tcp://host:port`, over one TCP connection each; reliable.
///
/// Bytes are not protected: who can reach the port can speak, and who sits between can read.
/// Errors: besides those of the contract: `listen` takes hosts in numbers and `localhost` alone, since
/// looking a name up has to be waited for.
std::unique_ptr<rt::transport> make_transport(const options& limits = {});

}  // namespace rt::tcp
