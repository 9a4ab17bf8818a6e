#include "rt/core/address.hpp"

#include <algorithm>

namespace rt {

result<address> address::parse(std::string_view text) {
  const auto refused = [&](std::string_view why) {
    return error_info{.code = errc::config,
                      .outcome = outcome::not_started,
                      .message = "the address '" + std::string(text.substr(0, bytes_max)) + "' " +
                                 std::string(why) +
                                 "; it takes scheme://place, as tcp://host:6380"};
  };
  if (text.size() > bytes_max) return refused("is longer than 255 bytes");
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return refused("has no ://");
  const std::string_view scheme = text.substr(0, colon);
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (scheme.empty() || !std::all_of(scheme.begin(), scheme.end(), plain)) {
    return refused("has a scheme that is not of lower-case letters and digits");
  }
  const std::string_view place = text.substr(colon + 3);
  const auto printed = [](char c) { return c > ' ' && c < 0x7f; };
  if (place.empty() || !std::all_of(place.begin(), place.end(), printed)) {
    return refused("names no place");
  }
  return address(std::string(text), colon);
}

}  // namespace rt
