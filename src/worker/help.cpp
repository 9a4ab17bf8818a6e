#include "lane/cell_state.hpp"
#include "worker/looked_at.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/detail/call_context.hpp>

#include <utility>
#include <vector>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::cell;
using detail::phase;

namespace {

/// A task runs in place only where this much stack is left; what does not fit waits for a slot.
constexpr std::uintptr_t stack_reserve_bytes = 256 * 1024;

/// How many arguments a waiter looks at for one that it could run, beside the one it waits for.
constexpr unsigned looks_beside_max = 32;

bool stack_left(const detail::thread_context& thread) noexcept {
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  return here > thread.stack_limit + stack_reserve_bytes;
}

}  // namespace

void runtime_engine::want_seat(member& mine, bool wanted) noexcept {
  if (mine.wants_seat == wanted) return;
  mine.wants_seat = wanted;
  resources_.want_seat(wanted);
}

inline bool runtime_engine::begin_help(member& mine) noexcept {
  if (mine.seated.load(std::memory_order_relaxed) == seat::busy || mine.sit_again()) return true;
  seat call = seat::call;
  if (mine.seated.load(std::memory_order_relaxed) == call &&
      mine.seated.compare_exchange(call, seat::busy, std::memory_order_acq_rel,
                                   std::memory_order_relaxed)) {
    return true;
  }
  if (!resources_.take_seat(false)) return false;
  mine.seated.store(seat::busy, std::memory_order_relaxed);
  // What is run now may itself wait for slots, which must then find a seat.
  want_seat(mine, false);
  return true;
}

inline void runtime_engine::end_help(member& mine, seat before) noexcept {
  mine.activity.store(mine.activity.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  if (!mine.own->helped.load(std::memory_order_relaxed)) {
    mine.own->helped.store(true, std::memory_order_relaxed);
  }
  mine.seated.store(before == seat::call ? seat::call : seat::held, std::memory_order_release);
}

inline bool runtime_engine::may_run_here(const cell& task) {
  const detail::thread_context& thread = detail::this_context();
  // One of another runtime is that one's to run, and to count.
  if (task.runtime != number_ || !stack_left(thread)) return false;
  if (thread.frame == nullptr && !settings_.driver_executes) return false;
  if (thread.frame != nullptr && !thread.frame->lends) return false;
  const detail::call_context* context = task.context.load(std::memory_order_relaxed);
  return context == nullptr || context->owner != &task ||
         (context->in_caller && context->shape == 0);
}

inline runtime_engine::ran runtime_engine::run_here(member& mine, cell& task, bool takes) {
  if (!may_run_here(task)) return ran::no;
  const seat before = mine.seated.load(std::memory_order_relaxed);
  if (before != seat::busy && !begin_help(mine)) return ran::no;
  // Taken out of the queue where that is cheap; elsewhere its entry is found claimed later.
  const bool drawn = mine.own->take_newest(task) || mine.own->take_oldest(task);
  ran how = ran::no;
  // A task with a context of its own can be reached by its deadline.
  const detail::call_context* context = task.context.load(std::memory_order_relaxed);
  takes = takes && (context == nullptr || context->owner != &task);
  if (drawn && takes && lane::claim_alone(task)) {
    how = run(mine, task, nullptr, reach::alone) ? ran::alone : ran::waits;
  } else if (lane::claim(task)) {
    how = run(mine, task, nullptr) ? ran::yes : ran::waits;
  }
  if (drawn && how != ran::alone) detail::release(task, detail::engine_reference);
  if (before != seat::busy) end_help(mine, before);
  return how;
}

runtime_engine::firing_pause::firing_pause(runtime_engine& runtime, member& mine)
    : mine_(mine), was_(std::exchange(mine.firing, false)) {
  if (was_ && !mine.to_fire.empty()) runtime.fire(mine, 0);
}

std::uint32_t runtime_engine::wait_for(cell& awaited, bool takes) {
  // A destructor that waits must not keep what this thread has let go of.
  if (detail::this_context().destroying) detail::drain_doomed();
  member& mine = join();
  if (awaited.type->want != nullptr) [[unlikely]]
    awaited.type->want(awaited);
  const firing_pause pause(*this, mine);
  // The quick cases first: one task, or one call, and nothing to wait for.
  ran here = ran::no;
  if (awaited.type->actor != nullptr) {
    if (help_actor(mine, awaited) && awaited.complete()) return 0;
  } else if (awaited.now() == phase::ready) {
    here = run_here(mine, awaited, takes);
  }
  if (here < ran::yes && !help(mine, awaited)) block(mine, awaited);
  return here == ran::alone ? detail::engine_reference : 0;
}

bool runtime_engine::run_or_return(member& mine, cell& drawn) {
  const seat before = mine.seated.load(std::memory_order_relaxed);
  const bool refused =
      drawn.type == &suspended_type && !static_cast<suspended_task&>(drawn).in_caller;
  if (!refused && may_run_here(drawn) && begin_help(mine)) {
    run_drawn(mine, drawn);
    end_help(mine, before);
    return true;
  }
  push(mine, drawn, expected_ns(drawn));
  return false;
}

looked_at runtime_engine::look_at_argument(cell& waiting, std::uint32_t index) {
  if (waiting.now() != phase::pending || waiting.type->argument == nullptr) return {};
  if (!lane::pin(waiting)) return {};
  cell* argument = waiting.type->argument(waiting, index);
  looked_at found(argument != nullptr && looked_at::has_room(*argument) ? argument : nullptr);
  lane::unpin(waiting);
  return found;
}

bool runtime_engine::help_actor(member& mine, cell& call) {
  actor_state& actor = state_of(*call.type->actor(call));
  if (actor.elsewhere || call.now() > phase::ready || !may_run_here(call)) return false;
  // Never inside another method of the same actor.
  for (detail::task_frame* frame = detail::this_context().frame; frame != nullptr;
       frame = frame->outer) {
    if (frame->actor == &actor) return false;
  }
  want_seat(mine, false);  // as in `begin_help`
  run_mailbox(mine, actor, &call);
  return true;
}

bool runtime_engine::help_beside(member& mine, const std::vector<cell*>& path) {
  // The lowest first: what is ready is near what runs.
  unsigned looks = looks_beside_max;
  for (std::size_t above = path.size() - 1; above-- > 0;) {
    cell& waiting = *path[above];
    std::uint32_t index = waiting.argument.load(std::memory_order_relaxed);
    for (;;) {
      if (looks-- == 0) return false;
      const looked_at beside = look_at_argument(waiting, ++index);
      if (beside.get() == nullptr) break;
      if (beside->type->actor == nullptr && beside->now() == phase::ready &&
          run_here(mine, *beside) != ran::no) {
        return true;
      }
    }
  }
  return false;
}

bool runtime_engine::resume_here(member& mine, cell& task) {
  if (!may_run_here(task)) return false;
  const looked_at found = suspensions_.find(task, true);
  if (found.get() == nullptr) return false;
  auto& waiting = static_cast<suspended_task&>(*found);
  const std::uint32_t now = waiting.word.load(std::memory_order_relaxed);
  // Methods go on where their actor's calls are run.
  if (now < suspended_task::queued || waiting.actor != nullptr) return false;
  const seat before = mine.seated.load(std::memory_order_relaxed);
  if (before != seat::busy && !begin_help(mine)) return false;
  const bool drawn = mine.own->take_newest(waiting) || mine.own->take_oldest(waiting);
  resume(mine, waiting);
  if (drawn) detail::release(waiting, detail::engine_reference);
  if (before != seat::busy) end_help(mine, before);
  return true;
}

bool runtime_engine::help_suspended(member& mine, std::vector<cell*>& path,
                                    std::vector<looked_at>& kept) {
  cell& at = *path.back();
  if (resume_here(mine, at)) return true;
  looked_at next = suspensions_.awaited_by(at);
  if (next.get() == nullptr) return at.complete();
  if (next->complete()) {
    // Whoever completed it is about to queue the coroutine.
    for (unsigned round = 0; round < 64 && !at.complete(); ++round) {
      world_.relax(round);
      if (resume_here(mine, at)) return true;
    }
    return at.complete();
  }
  path.push_back(next.get());
  kept.push_back(std::move(next));
  return true;
}

bool runtime_engine::help(member& mine, cell& awaited) {
  // From the cell waited for down to an unstarted task it waits on, and back up as they complete.
  std::vector<looked_at> kept;
  std::vector<cell*> path{&awaited};
  for (;;) {
    cell& at = *path.back();
    if (at.complete() || (at.type->actor == nullptr && at.now() == phase::ready &&
                          run_here(mine, at) != ran::no && at.complete())) {
      if (path.size() == 1) return true;
      path.pop_back();
      kept.pop_back();
      continue;
    }
    if (at.type->actor != nullptr) {
      if (!help_actor(mine, at)) return false;
      if (at.complete()) continue;
    }
    if ((at.state.load(std::memory_order_acquire) & detail::suspended_bit) != 0) {
      if (!help_suspended(mine, path, kept)) return awaited.complete();
      continue;
    }
    looked_at next = look_at_argument(at, at.argument.load(std::memory_order_relaxed));
    if (next.get() == nullptr) {
      // It runs elsewhere. Others that it takes to the cell waited for may not have started.
      if (help_beside(mine, path)) continue;
      return awaited.complete();
    }
    if (next->complete()) {
      // Whoever completed it is about to move the task on; that takes it a moment.
      for (unsigned round = 0; round < 64 && at.now() == phase::pending; ++round) {
        world_.relax(round);
      }
      if (at.now() == phase::pending) return awaited.complete();
      continue;
    }
    path.push_back(next.get());
    kept.push_back(std::move(next));
  }
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
