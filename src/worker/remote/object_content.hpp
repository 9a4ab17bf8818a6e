#pragma once

#include "core/variant.hpp"
#include "worker/borrowing/messages.hpp"

#include <rt/core/ids.hpp>
#include <rt/core/result.hpp>
#include <rt/detail/actor_core.hpp>
#include <rt/detail/byte_buffer.hpp>
#include <rt/detail/counted_ptr.hpp>
#include <rt/detail/payload.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// What a handle to an actor says beside the actor's name.
struct handle_kind {
  const detail::actor_type* of_class = nullptr;
  /// Not the actor's own one, nor that of a detached one, which keep nothing alive.
  bool keeps_alive = true;
  /// The actor is the head's, whichever that is.
  bool detached = false;
};

/// An object, or an actor, that a value refers to.
struct named_object {
  object_id object;
  std::string owner_address;
  /// Of an actor.
  std::optional<handle_kind> handle = {};
  /// Where who hands it on knows that it is lost; stands in no content.
  borrowing::loss lost = borrowing::loss::none;

  /// Does the book count a hold for it?
  bool counted() const noexcept { return !handle || handle->keeps_alive; }
};

/// What stands in a value's bytes as an index: an array, or another object.
using referred = std::variant<detail::cell_ptr, named_object>;

/// The value of an object beyond the inlining limit as bytes, the same in every process: what an
/// archive wrote, the elements of its arrays, and the names of what it refers to.
/// object_content.cpp has the grammar.
///
/// Written in two steps, since the names are known under the baton alone.
class written_content {
 public:
  /// Writes all but the names.   Thread: any; takes as long as there are bytes.
  /// Errors: `std::bad_alloc`.
  explicit written_content(const detail::payload& value);

  /// How many names are to be added, in the order of what is referred to.
  std::size_t names_missing() const noexcept { return names_; }
  void add_name(const named_object& name);

  std::uint64_t bytes() const noexcept { return bytes_->size(); }
  /// Shape: once all names are there.
  std::uint64_t checksum() const noexcept;
  std::shared_ptr<detail::byte_buffer> buffer() const noexcept { return bytes_; }

 private:
  std::shared_ptr<detail::byte_buffer> bytes_;
  std::size_t body_bytes_ = 0;
  std::uint64_t body_sum_ = 0;
  std::size_t names_ = 0;
};

/// A content that was read: its parts, none of which is another's.
struct read_content {
  /// Keeps what `value` sees.
  std::shared_ptr<const detail::byte_buffer> buffer;
  std::span<const std::byte> value;
  std::vector<referred> carried;
};

/// Reads a content that has come, whose bytes are to have that sum.
/// Thread: any; takes as long as there are bytes.
/// Errors: serialization, for another sum, or what is no content; `std::bad_alloc`.
result<read_content> read(std::shared_ptr<const detail::byte_buffer> bytes, std::uint64_t checksum);

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
