#pragma once

#include "lane/spin_lock.hpp"
#include "worker/member.hpp"
#include "worker/suspensions.hpp"

#include <rt/detail/cell.hpp>

#include <string>
#include <unordered_map>
#include <vector>

namespace rt::detail {
struct actor_core;
struct task_frame;
}  // namespace rt::detail

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// Who waits for whom, as far as threads are blocked: finds the wait that closes a circle.
///
/// Kept only by those about to sleep, so it costs nothing on the way of a call. Each blocked thread
/// waits for one cell, and so does a coroutine; from a cell the way leads to the thread that runs it, or, for a call that is
/// still queued, to the one that runs its actor, or to an argument that is not there.
/// Thread: any.
class waits_for {
 public:
  waits_for(environment& world, suspensions& coroutines) : lock_(world), coroutines_(&coroutines) {}

  /// Notes that `mine` waits for `awaited`. Shape: empty, or the circle in words; then nothing is noted.
  std::string block(member& mine, detail::task_frame* innermost, detail::cell& awaited);
  void unblock(member& mine);
  /// Returns the circle that a coroutine closes when it waits for `awaited`, in words; empty if none.
  std::string circle(const detail::cell& task, detail::cell& awaited);
  /// Forgets a frame that ends; only for those that were recorded.
  void forget(detail::task_frame& frame);

 private:
  /// Returns whom a cell that is not there waits for, of threads, coroutines and arguments.
  looked_at next_of(detail::cell& at, const member*& runs);

  lane::spin_lock lock_;
  suspensions* coroutines_;
  std::unordered_map<const detail::cell*, member*> running_;
  std::unordered_map<const detail::actor_core*, std::vector<member*>> in_actor_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
