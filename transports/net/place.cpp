#include "net/place.hpp"

#include <charconv>
#include <string_view>

namespace rt::net {

result<place> place::parse(const address& from, std::string_view scheme, std::string_view name) {
  const auto wrong = [&] {
    const std::string begin = std::string(scheme) + "://";
    return error_info{.code = errc::config,
                      .outcome = outcome::not_started,
                      .message = from.text() + ": " + std::string(name) + " takes " + begin +
                                 "host:port or " + begin + "[IPv6]:port, the port from 0 to 65535"};
  };
  if (from.scheme() != scheme) return wrong();
  const std::string_view text = from.place();
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return wrong();
  std::string_view host = text.substr(0, colon);
  if (host.front() == '[') {
    if (host.back() != ']') return wrong();
    host = host.substr(1, host.size() - 2);
    if (host.find(':') == std::string_view::npos) return wrong();
  } else if (host.find(':') != std::string_view::npos) {
    return wrong();
  }
  place read{std::string(host), 0};
  const std::string_view port = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), read.port);
  if (port.empty() || error != std::errc{} || end != port.data() + port.size()) return wrong();
  return read;
}

address place::to_address(std::string_view scheme) const {
  return *address::parse(std::string(scheme) + "://" + text());
}

std::string place::text() const {
  const bool six = host.find(':') != std::string::npos;
  return (six ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace rt::net
