#include "core/class_name.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/call_context.hpp>

#include <mutex>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::actor_core;

bool runtime_engine::share_handle(actor_state& actor) noexcept {
  std::uint32_t handles = actor.handles.load(std::memory_order_relaxed);
  // None left: it is on its way to its end.
  while (handles != 0) {
    if (actor.handles.compare_exchange_weak(handles, handles + 1, std::memory_order_acq_rel,
                                            std::memory_order_relaxed)) {
      return true;
    }
  }
  return false;
}

actor_core* runtime_engine::find_actor(std::string_view name, const std::type_info& wanted) {
  const std::lock_guard guard(actors_lock_);
  const auto found = names_.find(name);
  if (found == names_.end()) {
    throw actor_not_found_error("there is no actor named " + std::string(name));
  }
  actor_state& actor = *found->second;
  if (!detail::upcast_possible(*actor.type->info, wanted)) {
    throw actor_type_error("the actor named " + std::string(name) + " is of class " +
                           detail::class_name(*actor.type->info) + ", not " +
                           detail::class_name(wanted) + " or derived from it");
  }
  if (!share_handle(actor)) {
    throw actor_not_found_error("the actor named " + std::string(name) + " has ended");
  }
  return &actor;
}

void runtime_engine::forget_name(actor_state& actor) {
  if (actor.name.empty()) return;
  const std::lock_guard guard(actors_lock_);
  const auto found = names_.find(actor.name);
  if (found != names_.end() && found->second == &actor) names_.erase(found);
}

actor_id runtime_engine::id_of(actor_core& core) noexcept {
  actor_state& actor = state_of(core);
  const std::lock_guard guard(actor.lock);
  if (!actor.id) actor.id = {incarnation_, next_id()};
  return actor.id;
}

std::map<std::string, double> runtime_engine::held_by(const detail::task_frame& frame) {
  if (frame.actor != nullptr) {
    const actor_state& actor = state_of(*frame.actor);
    return actor.holds != 0 ? resources_.amounts_of(actor.holds) : std::map<std::string, double>{};
  }
  const detail::call_context* context = frame.task->context.load(std::memory_order_acquire);
  return resources_.amounts_of(context != nullptr && context->owner == frame.task ? context->shape
                                                                                  : 0);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
