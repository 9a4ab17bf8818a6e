#include "core/class_name.hpp"
#include "lane/cell_state.hpp"
#include "worker/internal_cell.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/make_cell.hpp>
#include <rt/detail/object_type.hpp>
#include <rt/this_task.hpp>

#include <mutex>
#include <utility>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::actor_core;
using detail::cell;
using detail::phase;

// Waits in a class queue until an actor has what it holds for life.
const detail::cell_type runtime_engine::placement_type = {
    .end = &internal_cell::end,
    .size = sizeof(internal_cell),
    .alignment = alignof(internal_cell),
    .outcome_offset = detail::outcome_offset_of<void>,
};

actor_core* runtime_engine::spawn(const detail::actor_type& type, cell& construct,
                                  const actor_options& options) {
  struct guard {
    cell* unused;
    ~guard() {
      if (unused != nullptr) detail::abandon(*unused);
    }
  } unless_taken{&construct};
  validate(options);
  member& mine = join();
  shape held{.cpu = options.num_cpus.value_or(0).ten_thousandths(),
             .gpu = options.num_gpus.value_or(0).ten_thousandths(),
             .memory = options.memory ? options.memory->bytes() : 0,
             .custom = options.resources};
  const bool holds = held != shape{.cpu = 0};

  auto* actor = new actor_state(type, number_, world_, activation_type);
  struct nameless {
    actor_state* unused;
    ~nameless() { delete unused; }
  } unless_named{actor};
  actor->concurrency = static_cast<std::uint32_t>(options.max_concurrency.value());
  if (options.max_pending_calls) actor->pending_max = options.max_pending_calls->value();
  actor->name = options.name;
  actor->space = options.ns;
  actor->name_job = this_task::job();
  if (!actor->name_job) actor->name_job = {incarnation_, 0};
  foreign_actors* const far = actors_elsewhere_.load(std::memory_order_acquire);
  const bool named_there = far != nullptr && !options.name.empty();
  if (holds) actor->holds = resources_.number_of_held(held);
  if (options.detached && far != nullptr) return spawn_detached(*actor, construct, options, *far);
  if (lives_elsewhere(*actor)) {
    actor->elsewhere = true;
    actor->id = {incarnation_, next_id()};
    actor->shared_id = actor->id;
    actor->max_restarts = options.max_restarts.value();
    if (holds) actor->demand = resources_.demand_of(std::exchange(actor->holds, 0));
  }
  if (named_there) id_of(*actor);
  if (actor_core* const other =
          named_there ? take_name(*actor, options, *far) : take_name(*actor, options)) {
    return other;
  }
  unless_named.unused = nullptr;
  if (!actor->elsewhere) {
    const std::lock_guard actors(actors_lock_);
    list(*actor);
  }
  if (options.detached) keep_detached(*actor);
  construct.type->bind(construct, *actor);
  unless_taken.unused = nullptr;
  mine.count(mine.submitted);
  expect(*actor, construct);
  actor->mailbox.push(construct);
  if (named_there && !actor->elsewhere) {
    // Others may have it from the head by now: its last handle here is not its end.
    actor->known.store(true, std::memory_order_release);
    far->named_begins(*actor);
  }
  begin(mine, *actor);
  return actor;
}

bool runtime_engine::lives_elsewhere(const actor_state& actor) {
  if (actors_elsewhere_.load(std::memory_order_acquire) == nullptr) return false;
  std::string why;
  return settings_.num_cpus == amount(0) ||
         (actor.holds != 0 && !resources_.possible(actor.holds, why));
}

void runtime_engine::list(actor_state& actor) noexcept {
  actor.next = first_actor_;
  if (first_actor_ != nullptr) first_actor_->previous = &actor;
  first_actor_ = &actor;
  // The list's.
  detail::retain(actor);
}

void runtime_engine::begin(member& mine, actor_state& actor) {
  if (actor.holds == 0) return activate(mine, actor);
  if (resources_.cpu_of(actor.holds) > 0) actor.seatless = true;
  // Nothing of it runs before it has what it asks for.
  actor.word.fetch_or(actor_state::stalled, std::memory_order_seq_cst);
  auto* placement = detail::make_cell<internal_cell>(placement_type, phase::ready, actor);
  std::string why;
  if (!resources_.possible(actor.holds, why)) {
    world_.log("the actor of class " + detail::class_name(*actor.type->info) +
               " cannot be placed here: it " + why);
  }
  if (resources_.push(actor.holds, *placement)) wake_slot();
  else arm();
}

void runtime_engine::place(cell& placement) {
  auto& of = static_cast<internal_cell&>(placement);
  actor_state& actor = state_of(*of.actor);
  lane::claim(placement);
  bool alive = false;
  {
    const std::lock_guard guard(actor.lock);
    alive = (actor.word.load(std::memory_order_acquire) & actor_state::destroyed) == 0;
    actor.placed = alive;
  }
  if (!alive && resources_.give_back(actor.holds)) wake_slot();
  actor.word.fetch_and(~actor_state::stalled, std::memory_order_seq_cst);
  ::new (static_cast<void*>(&detail::value_of<void>(placement))) std::monostate();
  lane::finish(placement, false);
  activate(join(), actor);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
