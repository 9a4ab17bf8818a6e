#include "tcp/host.hpp"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <system_error>

namespace rt::tcp {

std::optional<asio::ip::address> numeric(const std::string& host) {
  std::error_code none;
  const asio::ip::address address = asio::ip::make_address(host, none);
  if (none) return std::nullopt;
  return address;
}

asio::ip::address reachable_address() {
  asio::ip::address found = asio::ip::address_v4::loopback();
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) return found;
  for (const ifaddrs* each = all; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr == nullptr || each->ifa_addr->sa_family != AF_INET) continue;
    if ((each->ifa_flags & IFF_UP) == 0 || (each->ifa_flags & IFF_LOOPBACK) != 0) continue;
    const auto* in = reinterpret_cast<const sockaddr_in*>(each->ifa_addr);
    found = asio::ip::address_v4(ntohl(in->sin_addr.s_addr));
    break;
  }
  ::freeifaddrs(all);
  return found;
}

}  // namespace rt::tcp
