#pragma once

#include <vector>

#include "wire/byte_view.hpp"
#include "wire/fields.hpp"
#include "wire/limits.hpp"
#include "wire/reference.hpp"

namespace rt::wire {

/// Carries values that the archive wrote: their bytes, and the references that travel beside them.
/// Owner: the bytes are the frame's.   Source: decisions/0009.
struct payload {
  byte_view bytes;
  std::vector<reference> references;

  static constexpr bool mostly_default = true;
  static void fields(auto& of, auto& take) {
    take(at_most<limits::inline_bytes_max>(of.bytes),
         at_most<limits::references_max>(of.references));
  }
  friend bool operator==(const payload&, const payload&) = default;
};

}  // namespace rt::wire
