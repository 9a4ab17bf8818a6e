#include "wire/malformed.hpp"

#include <string>

namespace rt::wire {
namespace {

error_info refusal(std::string_view verb, std::string_view what, std::string_view why) {
  std::string message(what);
  message += ' ';
  message += verb;
  message += ": ";
  message += why;
  return {
      .code = errc::serialization, .outcome = outcome::not_started, .message = std::move(message)};
}

}  // namespace

error_info malformed(std::string_view what, std::string_view why) {
  return refusal("cannot be read", what, why);
}

error_info unwritable(std::string_view what, std::string_view why) {
  return refusal("cannot be sent", what, why);
}

}  // namespace rt::wire
