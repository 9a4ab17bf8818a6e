#pragma once

#include "worker/borrowing/effects.hpp"
#include "worker/remote/object_content.hpp"

#include <rt/core/ids.hpp>
#include <rt/detail/actor_handle.hpp>
#include <rt/detail/counted_ptr.hpp>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// What the keeper of objects needs of whoever keeps actors: handles are counted as references are, in
/// one book.   Thread: under the baton.
class actor_references {
 public:
  /// Returns what others know it by, from now on at the latest.
  virtual named_object name_of(const detail::actor_handle& handle) = 0;
  /// Makes of it a handle in a cell. One that keeps its actor alive is held here from then on.
  virtual detail::cell_ptr take(const named_object& came) = 0;
  /// Does the book count a hold of it here?
  virtual bool is_held_here(const object_id& actor) const = 0;
  /// Takes note of handles that are gone.
  virtual void see_to_handles() = 0;
  /// Nobody has a handle of an own one any more.
  virtual void freed(const object_id& actor) = 0;
  /// One that is held here is gone, with its owner or before that knew of this process.
  virtual void lost(const object_id& actor, borrowing::loss why) = 0;

 protected:
  ~actor_references() = default;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
