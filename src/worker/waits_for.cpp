#include "worker/waits_for.hpp"

#include "lane/cell_state.hpp"
#include "worker/actor_state.hpp"
#include "worker/looked_at.hpp"

#include <rt/detail/frame.hpp>
#include <rt/detail/function_record.hpp>

#include <mutex>
#include <utility>
#include <vector>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

std::string waits_for::block(member& mine, detail::task_frame* innermost, detail::cell& awaited) {
  // Let go of when the lock is free again: with the last reference end objects of the user's.
  std::vector<looked_at> path;
  const std::lock_guard guard(lock_);
  for (detail::task_frame* at = innermost; at != nullptr && !at->recorded; at = at->outer) {
    at->recorded = true;
    running_[at->task] = &mine;
    if (at->actor != nullptr) in_actor_[at->actor].push_back(&mine);
  }

  std::string chain;
  for (detail::cell* at = &awaited; at != nullptr && !at->complete();) {
    chain += (chain.empty() ? "" : " waits for ") + name_of(*at);
    const member* runs = nullptr;
    path.push_back(next_of(*at, runs));
    if (runs == &mine) {
      return innermost != nullptr ? name_of(*innermost->task) + " waits for " + chain : chain;
    }
    at = path.back().get();
  }
  mine.waits_for = &awaited;
  return {};
}

looked_at waits_for::next_of(detail::cell& at, const member*& runs) {
  if (const auto found = running_.find(&at); found != running_.end()) {
    runs = found->second;
  } else if (looked_at awaited = coroutines_->awaited_by(at); awaited.get() != nullptr) {
    return awaited;
  } else if (at.type->actor != nullptr) {
    // Queued: whoever runs its actor's one call must return first.
    const auto& actor = state_of(*at.type->actor(at));
    const auto inside = in_actor_.find(&actor);
    if (actor.concurrency == 1 && inside != in_actor_.end() && !inside->second.empty()) {
      runs = inside->second.back();
    }
  }
  // Kept by the thread that waits for it, until it has left the record.
  if (runs != nullptr) return looked_at(runs->waits_for);
  if (at.type->argument == nullptr || !lane::pin(at)) return looked_at();
  detail::cell* argument = at.type->argument(at, at.argument.load(std::memory_order_relaxed));
  looked_at next(argument);
  lane::unpin(at);
  return next;
}

std::string waits_for::circle(const detail::cell& task, detail::cell& awaited) {
  // Coroutines are many, and each walks: a longer circle is not worth what finding it would cost.
  constexpr std::size_t steps_max = 256;
  std::vector<looked_at> path;  // as in `block`
  const std::lock_guard guard(lock_);
  detail::cell* at = &awaited;
  while (at != nullptr && at != &task && !at->complete() && path.size() < steps_max) {
    const member* runs = nullptr;
    looked_at next = next_of(*at, runs);
    at = next.get();
    if (at != nullptr) path.push_back(std::move(next));
  }
  if (at != &task) return {};
  std::string chain = name_of(task) + " waits for " + name_of(awaited);
  for (const looked_at& step : path) chain += " waits for " + name_of(*step);
  return chain;
}

void waits_for::unblock(member& mine) {
  const std::lock_guard guard(lock_);
  mine.waits_for = nullptr;
}

void waits_for::forget(detail::task_frame& frame) {
  const std::lock_guard guard(lock_);
  running_.erase(frame.task);
  if (frame.actor == nullptr) return;
  const auto inside = in_actor_.find(frame.actor);
  if (inside == in_actor_.end()) return;
  // Of several calls of one actor any entry serves: they are all this actor's.
  inside->second.pop_back();
  if (inside->second.empty()) in_actor_.erase(inside);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
