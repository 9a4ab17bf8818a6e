#include "net/host.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <array>
#include <cstring>

namespace rt::net {

bool is_numeric(const std::string& host) {
  in_addr four;
  in6_addr six;
  // A zone may follow an address of a single link.
  return ::inet_pton(AF_INET, host.c_str(), &four) == 1 ||
         ::inet_pton(AF_INET6, host.substr(0, host.find('%')).c_str(), &six) == 1;
}

bool is_unspecified(const std::string& host) {
  in_addr four;
  in6_addr six;
  if (::inet_pton(AF_INET, host.c_str(), &four) == 1) return four.s_addr == INADDR_ANY;
  return ::inet_pton(AF_INET6, host.c_str(), &six) == 1 &&
         std::memcmp(&six, &in6addr_any, sizeof six) == 0;
}

std::string reachable_host() {
  std::string found = "127.0.0.1";
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) return found;
  for (const ifaddrs* each = all; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr == nullptr || each->ifa_addr->sa_family != AF_INET) continue;
    if ((each->ifa_flags & IFF_UP) == 0 || (each->ifa_flags & IFF_LOOPBACK) != 0) continue;
    const auto* in = reinterpret_cast<const sockaddr_in*>(each->ifa_addr);
    std::array<char, INET_ADDRSTRLEN> text;
    found = ::inet_ntop(AF_INET, &in->sin_addr, text.data(), text.size());
    break;
  }
  ::freeifaddrs(all);
  return found;
}

}  // namespace rt::net
