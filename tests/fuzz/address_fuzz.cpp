// Reads bytes as an address. One that is read is its scheme and its place, and reads the same again; one that is
// not is refused in words that are no longer for a longer one.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <rt/core/address.hpp>

namespace {

void require(bool held) {
  if (!held) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const rt::result<rt::address> read = rt::address::parse(text);
  if (!read) {
    require(read.error().code == rt::errc::config);
    require(read.error().message.size() < 2 * rt::address::bytes_max);
    return 0;
  }
  require(size <= rt::address::bytes_max);
  require(read->text() == text);
  require(!read->scheme().empty() && !read->place().empty());
  require(std::string(read->scheme()) + "://" + std::string(read->place()) == text);
  // What is handed on in messages and logs: no blank, no control character.
  for (const char c : read->text()) require(c > ' ' && c < 0x7f);
  const rt::result<rt::address> again = rt::address::parse(read->text());
  require(again.has_value() && *again == *read);
  return 0;
}
