#include "lane/cell_state.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/function_record.hpp>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::cell;
using detail::phase;

namespace {

/// What waking a sleeper on another core costs its waker (measured: 28 us): less expected work than
/// this is left to whoever finds it.
constexpr std::int64_t wake_cost_ns = 30'000;
/// What is expected of a function that never ran: unknown counts as long.
constexpr std::uint32_t unknown_ns = 100'000;
/// A driver's thread that pushes a longer task than this needs its seat less than the task does.
constexpr std::uint32_t long_ns = 100'000;

}  // namespace

std::uint32_t expected_ns(const cell& task) noexcept {
  const detail::function_record* function = task.type->function;
  const std::uint32_t known =
      function != nullptr ? function->estimate_ns.load(std::memory_order_relaxed) : 0;
  return known != 0 ? known : unknown_ns;
}

member& runtime_engine::join_first(detail::thread_context& context) {
  member* mine = nullptr;
  member* const first = members_.load(std::memory_order_acquire);
  for (member* at = first; at != nullptr; at = at->next) {
    if (at->thread.load(std::memory_order_relaxed) == &context) {
      // It has been in another runtime meanwhile.
      context.member = at;
      context.member_of = number_;
      return *at;
    }
  }
  for (member* at = first; at != nullptr; at = at->next) {
    bool taken = false;
    if (at->taken.compare_exchange(taken, true, std::memory_order_acquire,
                                   std::memory_order_relaxed)) {
      mine = at;
      break;
    }
  }
  if (mine == nullptr) {
    mine = new member;
    mine->taken.store(true, std::memory_order_relaxed);
    member* head = members_.load(std::memory_order_relaxed);
    do {
      mine->next = head;
    } while (!members_.compare_exchange(head, mine, std::memory_order_release,
                                        std::memory_order_relaxed));
  }
  mine->fenced = fenced_.load(std::memory_order_acquire);
  mine->own = &queue_.borrow();
  mine->own_seen.store(mine->own, std::memory_order_release);
  mine->thread.store(&context, std::memory_order_relaxed);
  context.member = mine;
  context.member_of = number_;
  context.leave = &thread_ends;
  if (context.stack_limit == 0) context.stack_limit = world_.stack_limit();
  return *mine;
}

void runtime_engine::thread_ends(detail::thread_context& context) noexcept {
  const detail::engine_visit runtime(context.member_of);
  if (!runtime) return;
  static_cast<runtime_engine*>(runtime.get())->leave(*static_cast<member*>(context.member));
  context.member_of = 0;
}

void runtime_engine::leave(member& mine) noexcept {
  if (mine.let_seat_go()) give_up_seat();
  mine.own->open();
  if (mine.own->size() != 0) {
    // Nobody pops this shard's new end now; slots take the rest from the old one.
    mine.own->helped.store(false, std::memory_order_relaxed);
    wake_slot();
  }
  mine.thread.store(nullptr, std::memory_order_relaxed);
  mine.own_seen.store(nullptr, std::memory_order_release);
  queue_.give_back(*mine.own);
  mine.own = nullptr;
  mine.is_slot = false;
  mine.unannounced_ns = 0;
  mine.taken.store(false, std::memory_order_release);
}

void runtime_engine::make_room_now(member& mine) {
  const std::int64_t limit = settings_.max_queued_tasks.value();
  if (limit < 0) return;
  const auto queued = [&] {
    std::int64_t sum = 0;
    for (member* at = members_.load(std::memory_order_acquire); at != nullptr; at = at->next) {
      sum -= static_cast<std::int64_t>(at->finished.load(std::memory_order_acquire));
      sum += static_cast<std::int64_t>(at->submitted.load(std::memory_order_acquire));
    }
    return sum;
  };
  while (queued() >= limit) {
    if (detail::this_context().frame != nullptr) {
      throw pending_calls_limit_error("max_queued_tasks: " + std::to_string(limit) +
                                      " tasks are queued already; wait for some, or raise it");
    }
    wake_slot();
    cell* const mine_next = settings_.driver_executes ? mine.own->take() : nullptr;
    if (mine_next != nullptr && run_or_return(mine, *mine_next)) continue;
    // Others have the work, or what it needs; look again when they have done some.
    const std::uint32_t seen = quiet_word_.load(std::memory_order_acquire);
    draining_.store(true, std::memory_order_seq_cst);
    if (queued() >= limit) world_.park(quiet_word_.word(), seen, world_.now() + 1'000'000);
    draining_.store(false, std::memory_order_relaxed);
  }
}

template <class Options>
detail::call_context* runtime_engine::context_for(const cell& made, const Options* options) {
  if (options != nullptr) return context_of(made, *options);
  return detail::this_context().frame != nullptr ? inherited_context() : nullptr;
}

namespace {

/// Called in a handler: the caller will never have its handle.
[[noreturn]] void give_up(cell& refused) {
  detail::abandon(refused);
  detail::release(refused);
  throw;
}

}  // namespace

void runtime_engine::submit(cell& task, const task_options* options) {
  try {
    task.context.store(context_for(task, options), std::memory_order_relaxed);
    take_in(join(), task);
  } catch (...) {
    give_up(task);
  }
}

void runtime_engine::submit(cell& call, const call_options* options) {
  try {
    call.context.store(context_for(call, options), std::memory_order_relaxed);
    take_call_in(join(), call);
  } catch (...) {
    give_up(call);
  }
}

inline void runtime_engine::take_in(member& mine, cell& task) {
  make_room(mine);
  mine.count(mine.submitted);
  const detail::call_context* context = task.context.load(std::memory_order_relaxed);
  const bool timed = context != nullptr && start_deadline(task);
  if (timed || task.type->argument != nullptr) {
    advance(mine, task);
    return;
  }
  // Nobody else sees it yet; the push publishes it.
  task.state.store(static_cast<std::uint32_t>(phase::ready), std::memory_order_relaxed);
  if (context == nullptr) {
    push(mine, task, expected_ns(task));
  } else {
    enqueue(mine, task);
  }
}

void runtime_engine::advance(member& mine, cell& task) {
  std::uint32_t index = task.argument.load(std::memory_order_relaxed);
  for (;;) {
    // Pinned, the arguments stay while they are looked at; not so if it was cancelled meanwhile.
    if (!lane::pin(task)) {
      detail::release(task, detail::engine_reference);
      return;
    }
    // A callback hangs on one cell and has no arguments of its own.
    cell* argument = task.type->argument != nullptr ? task.type->argument(task, index) : nullptr;
    if (argument == nullptr) {
      if (lane::open(task)) {
        enqueue(mine, task);
      } else {
        detail::release(task, detail::engine_reference);
      }
      return;
    }
    if (argument->complete()) {
      if (argument->now() == phase::failed) {
        // From here on this task tells of it; not again where someone has seen it before.
        const bool seen =
            (argument->state.fetch_or(detail::observed_bit, std::memory_order_relaxed) &
             detail::observed_bit) != 0;
        std::exception_ptr failure = detail::failure_of(*argument);
        lane::unpin(task);
        if (lane::claim(task, phase::pending)) {
          if (seen) task.state.fetch_or(detail::observed_bit, std::memory_order_relaxed);
          fail_claimed(mine, task, std::move(failure));
        }
        detail::release(task, detail::engine_reference);
        return;
      }
      lane::unpin(task);
      ++index;
      task.argument.store(index, std::memory_order_relaxed);
      continue;
    }
    if (argument->type->want != nullptr) argument->type->want(*argument);
    // The hook takes over the reference. From there on whoever completes the argument may come in
    // here for the same task; the pin keeps it from ending before this thread has left it.
    if (lane::hang(*argument, lane::link_to(task))) {
      lane::unpin(task);
      return;
    }
    lane::unpin(task);
  }
}

void runtime_engine::advance_elsewhere(cell& task) {
  const detail::engine_visit runtime(task.runtime);
  if (auto* its = static_cast<runtime_engine*>(runtime.get())) its->advance(its->join(), task);
  else detail::release(task, detail::engine_reference);
}

void runtime_engine::enqueue(member& mine, cell& ready) {
  const detail::call_context* context = ready.context.load(std::memory_order_relaxed);
  if (context != nullptr && context->owner == &ready && context->shape != 0) {
    std::string why;
    // What can leave is seen to by who has it leave.
    const bool leaves = attendant_.load(std::memory_order_acquire) != nullptr &&
                        ready.type->write_arguments != nullptr && ready.type->actor == nullptr;
    if (!leaves && !resources_.possible(context->shape, why)) {
      world_.log("the task " + name_of(ready) + " cannot be run here: it " + why);
      if (!settings_.unschedulable_timeout.is_forever()) {
        auto& own = const_cast<detail::call_context&>(*context);
        own.unschedulable_at = world_.now() + settings_.unschedulable_timeout.duration().count();
        add_timer(own.unschedulable_at, ready, timers::kind::unschedulable);
      }
    }
    if (resources_.push(context->shape, ready)) {
      wake_slot();
    } else {
      arm();
    }
    return;
  }
  push(mine, ready, expected_ns(ready));
}

void runtime_engine::push(member& mine, cell& ready, std::uint32_t expected) {
  lane::shard& own = *mine.own;
  if (own.task_ns.load(std::memory_order_relaxed) != expected) {
    own.task_ns.store(expected, std::memory_order_relaxed);
  }
  if (expected < tiny_ns && own.helped.load(std::memory_order_relaxed)) {
    // Tiny tasks are left to a thread that is running them itself.
    if (mine.fenced) {
      own.keep(ready);
      lane::light_fence();  // against the standby's last look
    } else {
      own.push(ready);
      mine.fenced = fenced_.load(std::memory_order_acquire);
    }
    arm();
    return;
  }
  own.push(ready);
  if (expected > long_ns && !mine.is_slot && mine.let_seat_go()) give_up_seat();
  mine.unannounced_ns += expected;
  if (mine.unannounced_ns >= wake_cost_ns) {
    mine.unannounced_ns = 0;
    wake_slot();
  }
  arm();
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
