#pragma once

#include "lane/atomic.hpp"

#include <rt/detail/actor_core.hpp>
#include <rt/detail/cell.hpp>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// A cell of the engine's own in a mailbox or queue: what it does is told by its type.
struct internal_cell : detail::object_cell<void> {
  detail::actor_core* actor;
  internal_cell(const detail::cell_type& type, detail::phase now, detail::actor_core& its_actor)
      : object_cell<void>(type, detail::engine_reference, now, its_actor.runtime),
        actor(&its_actor) {
    detail::retain(its_actor);
  }
  static void end(detail::cell& any) noexcept {
    detail::release(*static_cast<internal_cell&>(any).actor);
  }
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
