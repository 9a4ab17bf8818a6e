#pragma once

#include <rt/core/environment.hpp>

#include <functional>
#include <vector>

namespace rt::worker {

/// What a process's loop sees to besides its own tasks: its sessions, and what is decided from what
/// comes on them.
/// Owner: whoever composes the process; it outlives the engine's threads.
/// Thread: under the baton, except where a function says otherwise.
class attendant {
 public:
  /// What has to happen outside the baton, since it runs the user's code: writing arguments, reading
  /// results. Whoever lays the baton down does it, and takes another turn.
  using deferred = std::vector<std::function<void()>>;

  /// Tells whether `attend` has something to do before it is due.   Thread: any; never blocks.
  virtual bool has_news() const noexcept = 0;

  /// Hears that some task of this process is to end, perhaps with those that it called.   Thread: any.
  virtual void cancelled() noexcept = 0;

  /// Moves what can be moved, and decides.   Shape: whether there is more to do at once.
  virtual bool attend(deferred& later) = 0;

  /// When `attend` has something to do although nothing comes.
  virtual instant due() const noexcept = 0;

 protected:
  ~attendant() = default;
};

}  // namespace rt::worker
