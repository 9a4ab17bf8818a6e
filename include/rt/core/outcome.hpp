#pragma once

#include <cstdint>
#include <string_view>

namespace rt {

/// Tells how far the failed work got, so that a caller knows whether doing it again is safe.
/// Shape: the numbers go on the wire and never change their meaning.
enum class outcome : std::uint8_t {
  not_started = 0,  ///< Nothing of it has happened: doing it again is safe.
  unknown = 1,      ///< It may have happened, in part or whole.
  completed = 2,    ///< It ran to its end; this error is the answer.
};

/// Returns the enumerator's name, or "unknown" for a number that is none.
constexpr std::string_view to_string(outcome value) noexcept {
  switch (value) {
    case outcome::not_started: return "not_started";
    case outcome::completed: return "completed";
    case outcome::unknown: break;
  }
  return "unknown";
}

}  // namespace rt
