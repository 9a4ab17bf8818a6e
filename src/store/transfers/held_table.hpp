#pragma once

#include "store/transfers/byte_ranges.hpp"
#include "store/transfers/effects.hpp"
#include "store/transfers/messages.hpp"

#include <cstddef>
#include <map>
#include <vector>

namespace rt::store::transfers {
inline namespace RT_LANE_VARIANT {

/// A copy of an object in this process, complete or being pulled.
struct held_copy {
  buffer_number buffer{};
  content of = {};
  byte_ranges here = {};
  bool complete = false;
  /// To whom pieces of it went lately, the last one last: they have its beginning.
  std::vector<incarnation> served_to = {};
};

/// What lies in this process, and which buffers are pinned because a piece of them is leaving.
///
/// A buffer whose copy is dropped while it is pinned stays until the last piece has left; meanwhile
/// the same object may come in anew, in another.
/// Thread: belongs to the loop.
class held_table {
 public:
  /// Returns null where there is none.
  held_copy* find(const object_id& object);

  /// Makes an empty one.   Shape: where there is none.
  held_copy& make(const object_id& object, const content& of, effects& out);

  /// Takes it out, if it is there; its buffer is dropped when it is not pinned any more.
  void drop(const object_id& object, effects& out);

  void pin(buffer_number buffer) { ++pins_[buffer]; }
  void unpin(buffer_number buffer, effects& out);

  const std::map<object_id, held_copy>& copies() const noexcept { return copies_; }
  const std::map<buffer_number, std::size_t>& pins() const noexcept { return pins_; }
  const std::map<buffer_number, object_id>& parting() const noexcept { return parting_; }

 private:
  std::map<object_id, held_copy> copies_;
  std::map<buffer_number, std::size_t> pins_;
  std::map<buffer_number, object_id> parting_;  // dropped, and pinned still
  std::uint64_t newest_buffer_ = 0;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::store::transfers
