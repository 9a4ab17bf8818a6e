#include "app/transports.hpp"

#include "rt/core/error.hpp"
#ifdef ROUNDTRIP_TCP
#include "tcp/tcp.hpp"
#endif

namespace rt::app {

std::unique_ptr<transport> make_transport(const rt::address& at,
                                          [[maybe_unused]] const secret_list& secrets) {
#ifdef ROUNDTRIP_TCP
  if (at.scheme() == "tcp") return tcp::make_transport({.secrets = secrets});
#endif
  throw config_error(at.text() +
                     ": this build of Roundtrip has no transport for it; build it with " +
                     "-DROUNDTRIP_TCP=ON");
}

}  // namespace rt::app
