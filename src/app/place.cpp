#include "app/place.hpp"

#include <charconv>
#include <string_view>

namespace rt::app {
namespace {

std::string_view host_of(const rt::address& at) {
  return at.place().substr(0, at.place().rfind(':'));
}

}  // namespace

unsigned port_of(const rt::address& at) {
  const std::string_view text = at.place().substr(at.place().rfind(':') + 1);
  unsigned port = 0;
  std::from_chars(text.data(), text.data() + text.size(), port);
  return port;
}

bool is_loopback(const rt::address& at) {
  const std::string_view host = host_of(at);
  return host == "localhost" || host == "[::1]" || host.substr(0, 4) == "127.";
}

std::string place_beside(const rt::address& head) {
  // Of a machine's addresses the transport takes one that others reach.
  const std::string host = is_loopback(head) ? "127.0.0.1" : "0.0.0.0";
  return std::string(head.scheme()) + "://" + host + ":0";
}

}  // namespace rt::app
