#pragma once

#include "rpc/endpoint_events.hpp"
#include "wire/messages/names.hpp"
#include "wire/payload.hpp"
#include "worker/borrowing/effects.hpp"

#include <rt/core/ids.hpp>
#include <rt/detail/actor_handle.hpp>
#include <rt/detail/counted_ptr.hpp>

#include <string>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// What the keeper of objects needs of whoever keeps actors: handles are counted as references are, in
/// one book.   Thread: under the baton.
class actor_references {
 public:
  /// Writes a handle down for the other side of a session, and adds to `to_tell` what that does not
  /// know yet.
  virtual wire::actor_reference carry(const detail::actor_handle& handle, rpc::session_id to,
                                      wire::names_notice& to_tell) = 0;
  /// Makes of it a handle in a cell. One that keeps its actor alive is held here from then on.
  virtual detail::cell_ptr take(rpc::session_id from, const wire::actor_reference& came,
                                const std::string& owner_address, borrowing::loss why) = 0;
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
