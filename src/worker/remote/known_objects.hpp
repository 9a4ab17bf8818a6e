#pragma once

#include "worker/remote/object_keeper.hpp"

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// Tells the keeper that an own object is complete.
struct object_keeper::completion_hook : detail::continuation {
  object_keeper* home = nullptr;
  object_id object;
};

/// An own object that others know.
struct object_keeper::own_object {
  enum class stage : std::uint8_t { running, complete, writing, written };

  object_id id;
  /// Kept by an engine reference.
  detail::cell* object = nullptr;
  /// The book counts one reference for all handles here.
  bool held_here = false;
  stage now = stage::running;
  /// Somebody has asked for its value.
  bool asked_for = false;
  bool failed = false;
  /// Its value, or its failure, as it was written down.
  detail::payload bytes;
  completion_hook hook;
};

/// An object of another process that is known here.
struct object_keeper::import {
  /// Kept by an engine reference; what it stands for says its id.
  import_cell* cell = nullptr;
  bool held_here = false;
  store::transfers::wait_number wait{};
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
