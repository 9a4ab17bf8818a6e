#pragma once

#include "core/variant.hpp"

#include <rt/detail/byte_buffer.hpp>
#include <rt/detail/counted_ptr.hpp>
#include <rt/detail/payload.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// A value that has come from another process, as bytes, with what they refer to: in a message, or
/// in the bytes of a copy, which others read too.
struct brought_value {
  brought_value() = default;
  brought_value(detail::payload&& came)
      : own(std::move(came.bytes)), references(std::move(came.references)) {}

  std::span<const std::byte> bytes() const noexcept {
    return buffer != nullptr ? part : std::span<const std::byte>(own.data(), own.size());
  }
  void clear() noexcept {
    own.clear();
    references.clear();
    part = {};
    buffer = nullptr;
  }

  detail::byte_buffer own;
  /// Of `buffer`.
  std::span<const std::byte> part;
  std::shared_ptr<const detail::byte_buffer> buffer;
  std::vector<detail::cell_ptr> references;
};

/// Sees a value as bytes, wherever they lie.   Owner: what it was made of.
struct value_view {
  value_view(const detail::payload& value)
      : bytes(value.bytes.data(), value.bytes.size()), references(value.references) {}
  value_view(const brought_value& value) : bytes(value.bytes()), references(value.references) {}

  std::span<const std::byte> bytes;
  const std::vector<detail::cell_ptr>& references;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
