#include "core/class_name.hpp"
#include "lane/cell_state.hpp"
#include "wire/limits.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/call_context.hpp>
#include <rt/detail/make_cell.hpp>
#include <rt/detail/object_type.hpp>
#include <rt/this_task.hpp>

#include <mutex>
#include <utility>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::actor_core;
using detail::actor_handle;
using detail::phase;

namespace {

void check_class(std::string_view name, const actor_core& found, const std::type_info& wanted) {
  if (detail::upcast_possible(*found.type->info, wanted)) return;
  throw actor_type_error("the actor named " + std::string(name) + " is of class " +
                         detail::class_name(*found.type->info) + ", not " +
                         detail::class_name(wanted) + " or derived from it");
}

/// Counts a handle for the caller.
actor_core* count_one_more(const actor_handle& handle) noexcept {
  handle.core()->handles.fetch_add(1, std::memory_order_relaxed);
  return handle.core();
}

}  // namespace

// What is asked about a name.
const detail::cell_type runtime_engine::question_type = {
    .end = &name_question::end,
    .size = sizeof(name_question),
    .alignment = alignof(name_question),
    .outcome_offset = detail::outcome_offset_of<void>,
};

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

actor_core* runtime_engine::find_actor(std::string_view name, std::string_view space,
                                       const std::type_info& wanted) {
  foreign_actors* const far = actors_elsewhere_.load(std::memory_order_acquire);
  constexpr std::size_t longest = wire::limits::name_bytes_max;
  if (name.empty() || name.size() > longest || space.size() > longest) {
    throw actor_not_found_error("there is no actor named " + std::string(name));
  }
  if (far != nullptr) {
    actor_handle found = actor_handle::adopt(ask(*far, question_about(name, space)));
    check_class(name, *found.core(), wanted);
    return count_one_more(found);
  }
  const std::lock_guard guard(actors_lock_);
  const auto found = names_.find({std::string(space), std::string(name)});
  if (found == names_.end()) {
    throw actor_not_found_error("there is no actor named " + std::string(name));
  }
  actor_state& actor = *found->second;
  check_class(name, actor, wanted);
  if (!share_handle(actor)) {
    throw actor_not_found_error("the actor named " + std::string(name) + " has ended");
  }
  return &actor;
}

actor_state* runtime_engine::take_name(actor_state& actor, const actor_options& options) {
  if (actor.name.empty()) return nullptr;
  const std::lock_guard actors(actors_lock_);
  const auto [taken, added] = names_.emplace(std::pair(actor.space, actor.name), &actor);
  if (added) return nullptr;
  // One without handles is on its way to its end, and its name is free.
  if (taken->second->handles.load(std::memory_order_acquire) == 0) {
    taken->second = &actor;
    return nullptr;
  }
  actor_state& other = *taken->second;
  if (!options.get_if_exists) {
    throw name_taken_error("an actor named " + actor.name +
                           " lives already; get it by rt::get_actor or .get_if_exists");
  }
  check_class(actor.name, other, *actor.type->info);
  if (!share_handle(other)) {
    throw actor_not_found_error("the actor named " + actor.name + " has just ended");
  }
  return &other;
}

actor_core* runtime_engine::take_name(actor_state& actor, const actor_options& options,
                                      foreign_actors& far,
                                      std::optional<wire::actor_recipe> recipe) {
  name_question& question = question_about(actor.name, actor.space);
  question.wanting = &actor;
  question.get_if_exists = options.get_if_exists;
  question.recipe = std::move(recipe);
  actor_core* const other = ask(far, question);
  if (other == nullptr) return nullptr;
  actor_handle found = actor_handle::adopt(other);
  check_class(actor.name, *other, *actor.type->info);
  return count_one_more(found);
}

name_question& runtime_engine::question_about(std::string_view name, std::string_view space) {
  auto& made = *detail::make_cell<name_question>(question_type, number_);
  made.name = name;
  made.space = space;
  made.job = this_task::job();
  if (!made.job) made.job = {incarnation_, 0};
  return made;
}

actor_core* runtime_engine::ask(foreign_actors& far, name_question& question) {
  struct keeper {
    name_question& kept;
    ~keeper() { detail::release(kept, detail::engine_reference); }
  } mine{question};
  far.ask(question);
  wait(question);
  if (question.refused != nullptr) std::rethrow_exception(question.refused);
  return question.found.core() != nullptr ? count_one_more(question.found) : nullptr;
}

void runtime_engine::complete_question(name_question& asked) {
  lane::claim(asked, phase::pending);
  ::new (static_cast<void*>(&detail::value_of<void>(asked))) std::monostate();
  const std::uintptr_t list = lane::finish(asked, false);
  if (list != 0) fire(join(), list);
  detail::release(asked, detail::engine_reference);
}

void runtime_engine::forget_name(actor_state& actor) {
  if (actor.name.empty()) return;
  const std::lock_guard guard(actors_lock_);
  const auto found = names_.find({actor.space, actor.name});
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
