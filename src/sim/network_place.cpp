#include "sim/network_place.hpp"

#include <charconv>
#include <string>
#include <string_view>

namespace rt::sim {
namespace {

bool read_number(std::string_view text, std::uint32_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

result<network_place> network_place::read(const address& from) {
  const std::string_view place = from.place();
  const std::size_t colon = place.find(':');
  network_place read;
  if (from.scheme() != "sim" || colon == std::string_view::npos ||
      !read_number(place.substr(0, colon), read.process) ||
      !read_number(place.substr(colon + 1), read.port)) {
    return error_info{
        .code = errc::config,
        .outcome = outcome::not_started,
        .message = "the simulated network takes sim://process:port, not '" + from.text() + "'"};
  }
  return read;
}

address network_place::to_address() const {
  return *address::parse("sim://" + std::to_string(process) + ":" + std::to_string(port));
}

}  // namespace rt::sim
