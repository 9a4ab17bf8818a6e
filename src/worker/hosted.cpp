#include "lane/cell_state.hpp"
#include "worker/remote/hosted_listener.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/make_cell.hpp>

#include <algorithm>
#include <mutex>
#include <utility>

// Actors that other processes call: those that live here for their owners, and own ones whose handles
// have left. A call lies in the mailbox as bytes, until a runner comes to it.

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::cell;
using detail::phase;

const detail::cell_type runtime_engine::hosted_type = {
    .end = &end_pushed,
    .size = sizeof(pushed_task),
    .alignment = alignof(pushed_task),
};

pushed_task& runtime_engine::make_hosted(pushed_listener& who) {
  return *detail::make_cell<pushed_task>(hosted_type, number_, world_, who);
}

actor_state& runtime_engine::host(const detail::actor_type& type, const hosting& how,
                                  pushed_task& constructor, hosted_listener& who) {
  member& mine = join();
  auto* actor = new actor_state(type, number_, world_, activation_type);
  actor->concurrency = how.concurrency;
  actor->holds = how.holds;
  actor->id = how.id;
  actor->shared_id = how.id;
  actor->detached = how.detached;
  actor->host = &who;
  actor->seatless = true;
  {
    const std::lock_guard guard(actors_lock_);
    list(*actor);
  }
  detail::retain(constructor, detail::engine_reference);
  actor->mailbox.push(constructor);
  begin(mine, *actor);
  return *actor;
}

bool runtime_engine::listen_to(actor_state& actor, hosted_listener& who) noexcept {
  const std::lock_guard guard(actor.lock);
  if ((actor.word.load(std::memory_order_acquire) & actor_state::destroyed) != 0) return false;
  actor.host = &who;
  return true;
}

void runtime_engine::begin_hosted(actor_state& actor, pushed_task& call) {
  detail::retain(call, detail::engine_reference);
  actor.mailbox.push(call);
  activate(join(), actor);
}

void runtime_engine::run_hosted(member& mine, actor_state& actor, pushed_task& call,
                                std::exception_ptr refused) {
  cell* made = nullptr;
  try {
    if (refused == nullptr) made = read_pushed(call, &actor);
  } catch (...) {
    refused = std::current_exception();
    if (call.constructs) die(actor, "its constructor's arguments cannot be read", refused);
  }
  call.arguments.clear();
  if (made == nullptr) return call.listener->ended(call, failed_with(refused));
  call.began_at = world_.now();
  mine.count(mine.submitted);
  bool cancelled = false;
  {
    const std::lock_guard guard(call.lock);
    call.task = made;
    cancelled = call.cancelled;
  }
  {
    const std::lock_guard guard(actor.lock);
    if ((actor.word.load(std::memory_order_acquire) & actor_state::dead) != 0) {
      refused = death_under_lock(actor, rt::outcome::not_started);
    } else {
      actor.running.push_back(made);
    }
  }
  if (refused == nullptr && cancelled) {
    refused = cancelled_error(*made, rt::outcome::not_started);
  }
  // One reference is the answer's, the other the runner's.
  detail::retain(*made, detail::engine_reference);
  if (refused == nullptr) {
    if (!run(mine, *made, &actor)) {
      // A coroutine that waits; whoever ends it lets the runner's go.
      when_ready(*made, [this, &call] { answer_pushed(call); });
      return;
    }
  } else if (lane::begin_store(*made)) {
    fail_claimed(mine, *made, std::move(refused));
  } else if (made->type->destroy_arguments != nullptr) {
    made->type->destroy_arguments(*made);
  }
  {
    const std::lock_guard guard(actor.lock);
    std::erase(actor.running, made);
  }
  detail::release(*made, detail::engine_reference);
  answer_pushed(call);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
