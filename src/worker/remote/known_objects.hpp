#pragma once

#include "worker/remote/object_keeper.hpp"

#include <functional>
#include <memory>

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
  /// Its value, or its failure, as it was written down. Of one beyond the inlining limit what it
  /// refers to alone, which it holds; the rest is a copy.
  detail::payload bytes;
  /// Such a value, until it is kept as a copy.
  std::unique_ptr<written_content> content;
  /// A task's result that lies where it was made, as far as nobody has brought it here: who is to
  /// be asked when it is gone.
  std::function<store::transfers::loss()> gone;
  bool stored = false;
  store::transfers::wait_number wait{};
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
