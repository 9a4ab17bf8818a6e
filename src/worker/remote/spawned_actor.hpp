#pragma once

#include "worker/remote/actor_spawner.hpp"

#include <rt/detail/payload.hpp>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// An own actor that others know, until nothing is kept of it.
struct actor_spawner::owned {
  detail::actor_ptr core;
  /// Until its first life has begun or is over; kept by the mailbox's reference.
  detail::cell* construct = nullptr;
  const detail::function_record* constructor = nullptr;
  /// How it is built, and built again. Of arguments beyond the inlining limit what they refer to alone;
  /// the rest lies in an object of its own.
  detail::payload arguments;
  std::unique_ptr<written_content> content;
  object_id stored_arguments;
  std::uint64_t stored_bytes = 0;
  std::exception_ptr unwritable;
  bool in_writing = false;
  /// Nothing is kept of it any more, once it is written.
  bool is_forgotten = false;
  /// Why it is dead, where that is not told by the cause alone.
  std::string why;

  /// A place is wanted for a life in that epoch.
  bool wants_place = false;
  wire::epoch_number epoch{};
  /// Where it is asked for, by a number of this process's; 0 for nowhere.
  std::uint64_t asked = 0;
  rpc::session_id asked_at;
  std::uint64_t request = 0;
  instant ask_again_at = 0;
  /// A node that another has named.
  node_id asked_next;
  /// Since when no node is known that could ever hold it.
  instant misfit_since = never;
  /// That is why it is dead.
  bool unschedulable = false;

  /// Writes its constructor's arguments down: the user's code.   Thread: not under the baton.
  void write() noexcept;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
