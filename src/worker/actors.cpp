#include "lane/cell_state.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
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

}  // namespace

const detail::cell_type runtime_engine::activation_type = {};

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
  actor.mailbox.push(call);
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
  if (actor.elsewhere) [[unlikely]] {
    if (foreign_actors* far = actors_elsewhere_.load(std::memory_order_acquire)) {
      far->has_calls(actor);
    }
    return;
  }
  detail::retain(actor);
  if (actor.seatless) [[unlikely]] {
    resources_.run_beside(actor.activation);
    wake_slot();
    arm();
    return;
  }
  push(mine, actor.activation, actor.expected_ns.load(std::memory_order_relaxed));
}

bool runtime_engine::makes_object(const cell& call) noexcept {
  return call.type->bind != nullptr ||
         (call.type == &hosted_type && static_cast<const pushed_task&>(call).constructs);
}

inline cell* runtime_engine::take_next_call(actor_state& actor, std::exception_ptr& refused,
                                            remains& left, bool& others_may) {
  const std::lock_guard guard(actor.lock);
  if (actor.front == nullptr) actor.front = actor.mailbox.take_all();
  if (actor.suspended != 0 && actor.front != nullptr && actor.front->type == &end_type) {
    // Methods that wait come first, with all that they still call.
    actor.ending = actor.front;
    actor.front = reinterpret_cast<cell*>(actor.front->next);
    if (actor.front == nullptr) actor.front = actor.mailbox.take_all();
  }
  if (actor.suspended == 0 && actor.front == nullptr && actor.ending != nullptr) {
    actor.front = std::exchange(actor.ending, nullptr);
    actor.front->next = 0;
  }
  cell* const call = actor.front;
  left.methods = actor.woken_front != nullptr;
  left.calls = call != nullptr;
  if (call == nullptr) return nullptr;
  const std::uint32_t now = actor.word.load(std::memory_order_acquire);
  if ((now & actor_state::dead) != 0) {
    refused = death_under_lock(actor, rt::outcome::not_started);
  } else if ((now & actor_state::held_up) != 0 || !arguments_ready(actor, *call, refused)) {
    return nullptr;
  }
  actor.front = reinterpret_cast<cell*>(call->next);
  left.calls = actor.front != nullptr || !actor.mailbox.empty();
  others_may = left.calls && actor.concurrency > 1;
  if (refused == nullptr && actor.concurrency > 1 && makes_object(*call)) {
    actor.word.fetch_or(actor_state::constructing, std::memory_order_relaxed);
    others_may = false;
  }
  // Whoever kills the actor completes what runs; its own end is not a call that anyone waits for.
  if (refused == nullptr && call->type != &end_type && call->type != &hosted_type) {
    actor.running.push_back(call);
  }
  return call;
}

inline bool runtime_engine::run_call(member& mine, actor_state& actor, cell& call,
                                     std::exception_ptr& refused) {
  if (call.type == &end_type) {
    die(actor, {});
    lane::claim(call, phase::pending);
    ::new (static_cast<void*>(&detail::value_of<void>(call))) std::monostate();
    lane::finish(call, false);
    return true;
  }
  if (call.type == &hosted_type) {
    run_hosted(mine, actor, static_cast<pushed_task&>(call), std::move(refused));
    return true;
  }
  if (!lane::claim(call, phase::pending)) return true;
  if (refused == nullptr) return run(mine, call, &actor);
  if (call.type->bind != nullptr) {
    die(actor, "an argument of its constructor failed", refused);
    call.state.fetch_or(detail::observed_bit, std::memory_order_relaxed);
  }
  fail_claimed(mine, call, std::move(refused));
  return true;
}

inline bool runtime_engine::finish_call(actor_state& actor, cell& call) {
  bool now_free = false;
  {
    const std::lock_guard guard(actor.lock);
    std::erase(actor.running, &call);
    if (actor.concurrency > 1 && makes_object(call)) {
      // Others have seen the calls behind it, and left them to whoever ends here.
      actor.word.fetch_and(~actor_state::constructing, std::memory_order_relaxed);
      now_free = true;
    }
  }
  detail::release(call, detail::engine_reference);
  return now_free;
}

inline void runtime_engine::leave_mailbox(member& mine, actor_state& actor, remains left) {
  // Release: the next runner sees what the calls did. Sequentially consistent: stands before the look
  // into the mailbox, as a caller's push stands before its look at `queued`.
  const std::uint32_t before =
      actor.word.fetch_add(0U - actor_state::runner, std::memory_order_seq_cst);
  if ((before & actor_state::dead) != 0) bury(actor);
  if (left.calls || !actor.mailbox.empty()) {
    if ((actor.word.load(std::memory_order_seq_cst) & actor_state::held_up) == 0) {
      activate(mine, actor);
    }
  }
  if (left.methods || !actor.woken.empty()) activate(mine, actor);
}

bool runtime_engine::run_mailbox(member& mine, actor_state& actor, cell* until) {
  std::uint32_t word = actor.word.load(std::memory_order_relaxed);
  do {
    if (word / actor_state::runner >= actor.concurrency) return false;
    // Acquire: what the last runner did to the object is seen.
  } while (!actor.word.compare_exchange(word, word + actor_state::runner, std::memory_order_acquire,
                                        std::memory_order_relaxed));
  remains left{.calls = false, .methods = until == nullptr};
  // Taken back where it is cheap: a waiter that makes one call after another leaves no trail.
  if (until != nullptr && (word & actor_state::queued) != 0 &&
      mine.own->take_newest(actor.activation)) {
    actor.word.fetch_and(~actor_state::queued, std::memory_order_seq_cst);
    detail::release(actor);
    // What it stood for, until a look shows that there is none.
    left = {.calls = true, .methods = true};
  }

  // A waiter stops at its call, also if that is a coroutine which waits.
  for (int budget = calls_at_once; until != nullptr ? until->now() <= phase::ready : budget > 0;
       --budget) {
    // Not by a waiter: it needs the calls before its own, and no other.
    if (until == nullptr && (left.methods || !actor.woken.empty()) &&
        resume_method(mine, actor, left.methods)) {
      continue;
    }
    bool others_may = false;
    std::exception_ptr refused;
    cell* const call = take_next_call(actor, refused, left, others_may);
    if (call == nullptr) break;
    if (others_may) activate(mine, actor);
    if (!run_call(mine, actor, *call, refused)) continue;
    left.calls = finish_call(actor, *call) || left.calls;
  }
  leave_mailbox(mine, actor, left);
  return true;
}

bool runtime_engine::resume_method(member& mine, actor_state& actor, bool& more) {
  cell* woken = nullptr;
  {
    const std::lock_guard guard(actor.lock);
    if (actor.woken_front == nullptr) actor.woken_front = actor.woken.take_all();
    woken = actor.woken_front;
    if (woken != nullptr) actor.woken_front = reinterpret_cast<cell*>(woken->next);
    more = actor.woken_front != nullptr;
  }
  if (woken == nullptr) return false;
  if (more && actor.concurrency > 1) activate(mine, actor);
  cell& call = *static_cast<suspended_task&>(*woken).task;
  if (resume(mine, *woken)) finish_call(actor, call);
  detail::release(*woken, detail::engine_reference);
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
      if (argument->type->want != nullptr) argument->type->want(*argument);
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
  const detail::engine_visit runtime(actor.runtime);
  if (auto* its = static_cast<runtime_engine*>(runtime.get())) its->activate(its->join(), actor);
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

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
