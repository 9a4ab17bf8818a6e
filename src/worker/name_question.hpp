#pragma once

#include "lane/atomic.hpp"
#include "wire/actor_recipe.hpp"
#include "worker/actor_state.hpp"

#include <rt/core/environment.hpp>
#include <rt/detail/actor_handle.hpp>
#include <rt/detail/cell.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <string>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// What a thread asks about a name, of whoever keeps names beyond this process; it waits for the answer as
/// for an object.
/// Shape: an answer is a handle, a failure, or neither: then the name is the actor's that asked for it. Who
/// asks for a detached one is answered by a handle in any case.
/// Owner: the thread that waits, and whoever answers, by a reference each.
struct name_question final : detail::object_cell<void> {
  name_question(const detail::cell_type& type, std::uint32_t runtime) noexcept
      : object_cell<void>(type, 2 * detail::engine_reference, detail::phase::pending, runtime) {}

  std::string name;
  std::string space;
  /// Whose the name is, where there is no space.
  job_id job;
  /// The actor that wants the name; null for who looks for one that has it. Its thread keeps it.
  actor_state* wanting = nullptr;
  /// Has an actor that has the name already be the answer.
  bool get_if_exists = false;
  /// Of a detached one.
  std::optional<wire::actor_recipe> recipe;
  instant asked_at = 0;

  // The answer.
  detail::actor_handle found;
  std::exception_ptr refused;

  static void end(detail::cell& any) noexcept {
    std::destroy_at(&static_cast<name_question&>(any));
  }
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
