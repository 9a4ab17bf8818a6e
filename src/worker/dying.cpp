#include "lane/cell_state.hpp"
#include "worker/internal_cell.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/make_cell.hpp>
#include <rt/detail/object_type.hpp>

#include <mutex>
#include <utility>
#include <vector>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::actor_core;
using detail::cell;
using detail::phase;

// The last call of an actor without handles.
const detail::cell_type runtime_engine::end_type = {
    .end = &internal_cell::end,
    .size = sizeof(internal_cell),
    .alignment = alignof(internal_cell),
    .outcome_offset = detail::outcome_offset_of<void>,
};

std::exception_ptr runtime_engine::death_of(actor_state& actor, rt::outcome outcome) {
  const std::lock_guard guard(actor.lock);
  return death_under_lock(actor, outcome);
}

std::exception_ptr runtime_engine::death_under_lock(actor_state& actor, rt::outcome outcome) {
  if (!actor.id) actor.id = {incarnation_, next_id()};
  return std::make_exception_ptr(actor_died_error(
      actor.told() + " is dead: " + (actor.death.empty() ? "its last handle is gone" : actor.death),
      outcome));
}

void runtime_engine::end(actor_core& core) noexcept {
  actor_state& actor = state_of(core);
  if (actor.elsewhere || actor.known.load(std::memory_order_acquire)) {
    foreign_actors* const far = actors_elsewhere_.load(std::memory_order_acquire);
    if (far != nullptr) far->last_handle_gone(actor);
    return;
  }
  end_after_calls(actor);
}

void runtime_engine::end_after_calls(actor_state& actor) noexcept {
  member& mine = join();
  actor.mailbox.push(*detail::make_cell<internal_cell>(end_type, phase::pending, actor));
  activate(mine, actor);
}

void runtime_engine::kill(actor_core& core) noexcept {
  actor_state& actor = state_of(core);
  if (actor.elsewhere) {
    foreign_actors* const far = actors_elsewhere_.load(std::memory_order_acquire);
    if (far != nullptr) far->kill(actor);
    return;
  }
  member& mine = join();
  std::vector<cell*> running;
  {
    const std::lock_guard guard(actor.lock);
    set_dead(actor, "it was killed");
    for (cell* call : actor.running) take_outcome(*call, running);
  }
  forget_name(actor);
  fail_taken(mine, actor, running);
  // Someone must fail the queued calls and destroy the object.
  activate(mine, actor);
}

void runtime_engine::take_outcome(cell& call, std::vector<cell*>& taken) {
  // One whose result is being stored has returned, and keeps it.
  if (!lane::begin_store(call)) return;
  lane::request_cancel(call);
  detail::retain(call, detail::engine_reference);
  taken.push_back(&call);
}

void runtime_engine::fail_taken(member& mine, actor_state& actor, const std::vector<cell*>& taken) {
  for (cell* call : taken) {
    fail(mine, *call, death_of(actor, rt::outcome::unknown));
    // A coroutine goes on once more, to end what it has on its way.
    interrupt(*call);
    detail::release(*call, detail::engine_reference);
  }
}

void runtime_engine::fail_suspended(member& mine, actor_state& actor, const cell& leaving) {
  std::vector<cell*> suspended;
  {
    const std::lock_guard guard(actor.lock);
    for (cell* call : actor.running) {
      const std::uint32_t state = call->state.load(std::memory_order_acquire);
      if (call != &leaving && (state & detail::suspended_bit) != 0) take_outcome(*call, suspended);
    }
  }
  fail_taken(mine, actor, suspended);
}

void runtime_engine::set_dead(actor_state& actor, std::string_view why) {
  if ((actor.word.load(std::memory_order_acquire) & actor_state::dead) != 0) return;
  actor.death = why;
  actor.word.fetch_or(actor_state::dead, std::memory_order_seq_cst);
}

void runtime_engine::die(actor_state& actor, std::string_view why) {
  {
    const std::lock_guard guard(actor.lock);
    set_dead(actor, why);
  }
  forget_name(actor);
}

void runtime_engine::die(actor_state& actor, std::string why, const std::exception_ptr& cause) {
  try {
    std::rethrow_exception(cause);
  } catch (const std::exception& told) {
    why += std::string(": ") + told.what();
  } catch (...) {
    // What has no text adds none.
  }
  die(actor, why);
}

void runtime_engine::bury(actor_state& actor) {
  bool placed = false;
  hosted_listener* host = nullptr;
  {
    const std::lock_guard guard(actor.lock);
    std::uint32_t word = actor.word.load(std::memory_order_acquire);
    if (word / actor_state::runner != 0 || (word & actor_state::destroyed) != 0) return;
    // Coroutines refer to the object until they have ended.
    if (actor.suspended != 0) return;
    actor.word.fetch_or(actor_state::destroyed, std::memory_order_seq_cst);
    placed = actor.placed && actor.holds != 0;
    actor.placed = false;
    host = actor.host;
  }
  if (void* instance = std::exchange(actor.instance, nullptr)) {
    detail::thread_context& thread = detail::this_context();
    detail::engine* const outer = std::exchange(thread.runtime, this);
    actor.type->destroy(instance);
    thread.runtime = outer;
  }
  if (placed && (resources_.give_back(actor.holds) || work_for_slots())) wake_slot();
  {
    const std::lock_guard guard(actors_lock_);
    if (actor.previous != nullptr) actor.previous->next = actor.next;
    else first_actor_ = actor.next;
    if (actor.next != nullptr) actor.next->previous = actor.previous;
  }
  if (host != nullptr) host->buried(actor);
  else if (actor.detached) let_detached_go(actor);
  detail::release(actor);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
