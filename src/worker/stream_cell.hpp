#pragma once

#include "lane/spin_lock.hpp"

#include <rt/core/environment.hpp>
#include <rt/detail/cell.hpp>
#include <rt/detail/counted_ptr.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// How many objects of a stream may lie there untaken before its producer waits.
inline constexpr std::size_t stream_objects_max = 16;

struct stream_cell;

struct stream_end_hook : detail::continuation {
  stream_cell* home = nullptr;
};

/// Objects on their way from a generator to the one who iterates.
///
/// A cell, so that a call carries it as it carries references; never complete itself. Who waits, on
/// either side, waits for a cell that the other side completes.
/// Owner: handles, the consumer's and the one among the producer's arguments; `end_hook` has an engine
/// reference.
struct stream_cell final : detail::object_cell<void> {
  stream_cell(const detail::cell_type& type, std::uint32_t runtime, environment& world)
      : object_cell<void>(type, detail::handle_reference, detail::phase::running, runtime),
        lock(world) {
    end_hook.home = this;
  }

  lane::spin_lock lock;
  // All below is guarded by it.
  std::deque<detail::cell_ptr> objects;
  /// What the consumer waits for: an object or the end.
  detail::cell_ptr turn;
  /// What the producer waits for: room.
  detail::cell_ptr room;
  bool ended = false;
  bool closed = false;
  stream_end_hook end_hook;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
