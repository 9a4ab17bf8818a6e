#include "core/class_name.hpp"
#include "lane/cell_state.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/make_cell.hpp>
#include <rt/detail/object_type.hpp>

#include <algorithm>
#include <mutex>
#include <utility>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::actor_core;
using detail::cell;
using detail::phase;

namespace {

/// How many calls a slot runs before other work has its turn.
constexpr int calls_at_once = 64;

/// A cell of the engine's own in a mailbox or queue: what it does is told by its type.
struct internal_cell : detail::object_cell<void> {
  actor_core* actor;
  internal_cell(const detail::cell_type& type, phase now, actor_core& its_actor)
      : object_cell<void>(type, detail::engine_reference, now, its_actor.runtime),
        actor(&its_actor) {
    detail::retain(its_actor);
  }
  static void end(cell& any) noexcept { detail::release(*static_cast<internal_cell&>(any).actor); }
};

}  // namespace

const detail::cell_type runtime_engine::activation_type = {};

// The last call of an actor without handles.
const detail::cell_type runtime_engine::end_type = {
    .end = &internal_cell::end,
    .size = sizeof(internal_cell),
    .alignment = alignof(internal_cell),
    .outcome_offset = detail::outcome_offset_of<void>,
};

// Waits in a class queue until an actor has what it holds for life.
const detail::cell_type runtime_engine::placement_type = {
    .end = &internal_cell::end,
    .size = sizeof(internal_cell),
    .alignment = alignof(internal_cell),
    .outcome_offset = detail::outcome_offset_of<void>,
};

actor_state& runtime_engine::of_activation(cell& activation) noexcept {
  return *static_cast<activation_cell&>(activation).actor;
}

void runtime_engine::take_call_in(member& mine, cell& call) {
  actor_state& actor = state_of(*call.type->actor(call));
  if (actor.pending_max >= 0 &&
      actor.pending.fetch_add(1, std::memory_order_relaxed) >= actor.pending_max) {
    actor.pending.fetch_add(-1, std::memory_order_relaxed);
    id_of(actor);
    throw pending_calls_limit_error(actor.told() + " has " + std::to_string(actor.pending_max) +
                                    " calls waiting already; wait for some");
  }
  mine.count(mine.submitted);
  start_deadline(call);
  expect(actor, call);
  actor.inbox.push(call);
  activate(mine, actor);
}

void runtime_engine::expect(actor_state& actor, const cell& call) noexcept {
  const std::uint32_t expected = expected_ns(call);
  if (actor.expected_ns.load(std::memory_order_relaxed) != expected) {
    actor.expected_ns.store(expected, std::memory_order_relaxed);
  }
}

void runtime_engine::activate(member& mine, actor_state& actor) {
  if ((actor.word.load(std::memory_order_seq_cst) & actor_state::queued) != 0) return;
  if ((actor.word.fetch_or(actor_state::queued, std::memory_order_seq_cst) & actor_state::queued) !=
      0) {
    return;
  }
  detail::retain(actor);
  push(mine, actor.activation, actor.expected_ns.load(std::memory_order_relaxed));
}

bool runtime_engine::run_mailbox(member& mine, actor_state& actor, cell* until) {
  std::uint32_t word = actor.word.load(std::memory_order_relaxed);
  do {
    if (word / actor_state::runner >= actor.concurrency) return false;
    // Acquire: what the last runner did to the object is seen.
  } while (!actor.word.compare_exchange(word, word + actor_state::runner, std::memory_order_acquire,
                                        std::memory_order_relaxed));
  // Taken back where it is cheap: a waiter that makes one call after another leaves no trail.
  if (until != nullptr && (word & actor_state::queued) != 0 &&
      mine.own->take_newest(actor.activation)) {
    actor.word.fetch_and(~actor_state::queued, std::memory_order_seq_cst);
    detail::release(actor);
  }

  bool left_over = false;
  for (int budget = calls_at_once; until != nullptr ? !until->complete() : budget > 0; --budget) {
    std::exception_ptr refused;
    cell* call = nullptr;
    bool more = false;
    {
      const std::lock_guard guard(actor.lock);
      if (actor.front == nullptr) actor.front = actor.inbox.take_all();
      call = actor.front;
      left_over = call != nullptr;
      if (call == nullptr) break;
      const std::uint32_t now = actor.word.load(std::memory_order_acquire);
      if ((now & actor_state::dead) != 0) {
        refused = std::make_exception_ptr(actor_died_error(actor.death, rt::outcome::not_started));
      } else if ((now & actor_state::stalled) != 0 || !arguments_ready(actor, *call, refused)) {
        break;
      }
      actor.front = reinterpret_cast<cell*>(call->next);
      more = actor.front != nullptr || !actor.inbox.empty();
      left_over = more;
      // Whoever kills the actor completes what runs; its own end is not a call that anyone waits for.
      if (refused == nullptr && call->type != &end_type) actor.running.push_back(call);
    }
    // Others may start the next calls meanwhile, if the actor lets several run at once.
    if (more && actor.concurrency > 1) activate(mine, actor);
    if (call->type == &end_type) {
      die(actor, "its last handle is gone");
      lane::claim(*call, phase::pending);
      ::new (static_cast<void*>(&detail::value_of<void>(*call))) std::monostate();
      lane::finish(*call, false);
    } else if (lane::claim(*call, phase::pending)) {
      if (refused != nullptr) {
        if (call->type->bind != nullptr) {
          die(actor, "an argument of its constructor failed", refused);
          call->state.fetch_or(detail::observed_bit, std::memory_order_relaxed);
        }
        fail_claimed(mine, *call, std::move(refused));
      } else {
        run(mine, *call, &actor);
      }
    }
    {
      const std::lock_guard guard(actor.lock);
      std::erase(actor.running, call);
    }
    detail::release(*call, detail::engine_reference);
  }

  // Release: the next runner sees what the calls did. Sequentially consistent: stands before the look
  // into the inbox, as a caller's push stands before its look at `queued`.
  const std::uint32_t before =
      actor.word.fetch_add(0U - actor_state::runner, std::memory_order_seq_cst);
  if ((before & actor_state::dead) != 0) bury(actor);
  if (left_over || !actor.inbox.empty()) {
    if ((actor.word.load(std::memory_order_seq_cst) & actor_state::stalled) == 0) {
      activate(mine, actor);
    }
  }
  return true;
}

bool runtime_engine::arguments_ready(actor_state& actor, cell& call, std::exception_ptr& failure) {
  if (call.type->argument == nullptr) return true;
  std::uint32_t index = call.argument.load(std::memory_order_relaxed);
  for (;; ++index) {
    call.argument.store(index, std::memory_order_relaxed);
    // Cancelled calls are let go by the caller.
    if (!lane::pin(call)) return true;
    cell* argument = call.type->argument(call, index);
    if (argument == nullptr) {
      lane::unpin(call);
      return true;
    }
    if (!argument->complete()) {
      // The first call waits, and so do those behind it: each after its arguments, in order.
      actor.word.fetch_or(actor_state::stalled, std::memory_order_seq_cst);
      detail::retain(actor);
      actor.stall.fire = &unstall;
      if (lane::hang(*argument, lane::link_to(actor.stall))) {
        lane::unpin(call);
        return false;
      }
      actor.word.fetch_and(~actor_state::stalled, std::memory_order_seq_cst);
      detail::release(actor);
    }
    if (argument->now() == phase::failed) {
      argument->state.fetch_or(detail::observed_bit, std::memory_order_relaxed);
      failure = detail::failure_of(*argument);
      lane::unpin(call);
      return true;
    }
    lane::unpin(call);
  }
}

void runtime_engine::unstall(detail::continuation& hung) noexcept {
  actor_state& actor = *static_cast<stall_hook&>(hung).actor;
  actor.word.fetch_and(~actor_state::stalled, std::memory_order_seq_cst);
  if (auto* runtime = static_cast<runtime_engine*>(detail::find_engine(actor.runtime))) {
    runtime->activate(runtime->join(), actor);
  }
  detail::release(actor);
}

void runtime_engine::stop_waiting(actor_state& actor, cell& call) {
  const std::lock_guard guard(actor.lock);
  if (actor.front != &call || !lane::pin(call)) return;
  cell* argument = call.type->argument != nullptr
                       ? call.type->argument(call, call.argument.load(std::memory_order_relaxed))
                       : nullptr;
  if (argument != nullptr && (actor.word.load(std::memory_order_acquire) & actor_state::stalled) &&
      lane::take_off(*argument, actor.stall)) {
    actor.word.fetch_and(~actor_state::stalled, std::memory_order_seq_cst);
    detail::release(actor);
  }
  lane::unpin(call);
}

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
  actor->concurrency = static_cast<std::uint32_t>(options.max_concurrency.value());
  if (options.max_pending_calls) actor->pending_max = options.max_pending_calls->value();
  actor->name = options.name;
  if (holds) actor->holds = resources_.number_of_held(held);
  {
    const std::lock_guard actors(actors_lock_);
    if (!options.name.empty()) {
      const auto [taken, added] = names_.emplace(options.name, actor);
      // One without handles is on its way to its end, and its name is free.
      if (!added && taken->second->handles.load(std::memory_order_acquire) == 0) {
        taken->second = actor;
      } else if (!added) {
        actor_state& other = *taken->second;
        delete actor;
        if (!options.get_if_exists) {
          throw name_taken_error("an actor named " + options.name +
                                 " lives already; get it by rt::get_actor or .get_if_exists");
        }
        if (!detail::upcast_possible(*other.type->info, *type.info)) {
          throw actor_type_error("the actor named " + options.name + " is of class " +
                                 detail::class_name(*other.type->info));
        }
        if (share_handle(other)) return &other;
        throw actor_not_found_error("the actor named " + options.name + " has just ended");
      }
    }
    actor->next = first_actor_;
    if (first_actor_ != nullptr) first_actor_->previous = actor;
    first_actor_ = actor;
    // The list's.
    detail::retain(*actor);
  }
  construct.type->bind(construct, *actor);
  unless_taken.unused = nullptr;
  mine.count(mine.submitted);
  expect(*actor, construct);
  actor->inbox.push(construct);
  if (holds) {
    // Nothing of it runs before it has what it asks for.
    actor->word.fetch_or(actor_state::stalled, std::memory_order_seq_cst);
    auto* placement = detail::make_cell<internal_cell>(placement_type, phase::ready, *actor);
    std::string why;
    if (!resources_.possible(actor->holds, why)) {
      world_.log("the actor of class " + detail::class_name(*type.info) +
                 " cannot be placed here: it " + why);
    }
    if (resources_.push(actor->holds, *placement)) wake_slot();
    else arm();
  } else {
    activate(mine, *actor);
  }
  return actor;
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

std::map<std::string, double> runtime_engine::held_by(const detail::task_frame& frame) {
  if (frame.actor != nullptr) {
    const actor_state& actor = state_of(*frame.actor);
    return actor.holds != 0 ? resources_.amounts_of(actor.holds) : std::map<std::string, double>{};
  }
  const detail::call_context* context = frame.task->context.load(std::memory_order_acquire);
  return resources_.amounts_of(context != nullptr && context->owner == frame.task ? context->shape
                                                                                  : 0);
}

actor_id runtime_engine::id_of(actor_core& core) noexcept {
  actor_state& actor = state_of(core);
  const std::lock_guard guard(actor.lock);
  if (!actor.id) actor.id = {incarnation_, next_id()};
  return actor.id;
}

std::exception_ptr runtime_engine::death_of(actor_state& actor, rt::outcome outcome) {
  const std::lock_guard guard(actor.lock);
  return std::make_exception_ptr(actor_died_error(actor.death, outcome));
}

void runtime_engine::end(actor_core& core) noexcept {
  actor_state& actor = state_of(core);
  member& mine = join();
  actor.inbox.push(*detail::make_cell<internal_cell>(end_type, phase::pending, core));
  activate(mine, actor);
}

void runtime_engine::kill(actor_core& core) noexcept {
  actor_state& actor = state_of(core);
  member& mine = join();
  std::vector<cell*> running;
  {
    const std::lock_guard guard(actor.lock);
    set_dead(actor, "it was killed");
    for (cell* call : actor.running) {
      // One whose result is being stored has returned, and keeps it.
      if (!lane::begin_store(*call)) continue;
      lane::request_cancel(*call);
      detail::retain(*call, detail::engine_reference);
      running.push_back(call);
    }
  }
  forget_name(actor);
  for (cell* call : running) {
    fail(mine, *call, death_of(actor, rt::outcome::unknown));
    detail::release(*call, detail::engine_reference);
  }
  // Someone must fail the queued calls and destroy the object.
  activate(mine, actor);
}

void runtime_engine::set_dead(actor_state& actor, const std::string& why) {
  if ((actor.word.load(std::memory_order_acquire) & actor_state::dead) != 0) return;
  if (!actor.id) actor.id = {incarnation_, next_id()};
  actor.death = actor.told() + " is dead: " + why;
  actor.word.fetch_or(actor_state::dead, std::memory_order_seq_cst);
}

void runtime_engine::forget_name(actor_state& actor) {
  if (actor.name.empty()) return;
  const std::lock_guard guard(actors_lock_);
  const auto found = names_.find(actor.name);
  if (found != names_.end() && found->second == &actor) names_.erase(found);
}

void runtime_engine::die(actor_state& actor, const std::string& why) {
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
  {
    const std::lock_guard guard(actor.lock);
    std::uint32_t word = actor.word.load(std::memory_order_acquire);
    if (word / actor_state::runner != 0 || (word & actor_state::destroyed) != 0) return;
    actor.word.fetch_or(actor_state::destroyed, std::memory_order_seq_cst);
    placed = actor.placed && actor.holds != 0;
    actor.placed = false;
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
  detail::release(actor);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
