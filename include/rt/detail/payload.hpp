#pragma once

#include <vector>

#include <rt/detail/byte_buffer.hpp>
#include <rt/detail/cell.hpp>
#include <rt/detail/counted_ptr.hpp>

namespace rt::detail {

/// Holds values that were written down: their bytes, and beside them the references found inside.
/// A reference stands in the bytes as its index in `references`.
struct payload {
  byte_buffer bytes;
  std::vector<cell_ptr> references;

  /// Forgets both and keeps the memory.
  void clear() noexcept {
    bytes.clear();
    references.clear();
  }
};

}  // namespace rt::detail
