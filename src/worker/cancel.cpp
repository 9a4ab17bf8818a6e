#include "lane/cell_state.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/call_context.hpp>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::call_context;
using detail::cell;
using detail::phase;

void runtime_engine::cancel(cell& task) noexcept {
  if (task.complete()) return;
  if (task.type->run == nullptr) return;
  member& mine = join();
  actor_state* actor = task.type->actor != nullptr ? &state_of(*task.type->actor(task)) : nullptr;
  if (actor != nullptr) stop_waiting(*actor, task);
  if (lane::claim(task, phase::pending)) {
    // Whoever finds its entry in a queue or among hooks lets that go.
    fail_claimed(mine, task,
                 std::make_exception_ptr(task_cancelled_error(
                     "the task " + name_of(task) + " was cancelled before it started",
                     rt::outcome::not_started)));
    if (actor != nullptr) activate(mine, *actor);
    return;
  }
  lane::request_cancel(task);
  // Its children find it through the context that they share; one that it makes from now on looks at
  // the bit set above.
  call_context* own = task.context.load(std::memory_order_seq_cst);
  const bool has_children = own != nullptr && own->owner == &task;
  if (has_children) own->cancelled.store(true, std::memory_order_seq_cst);
  // Coroutines that wait are told; what runs, or waits on a thread, looks.
  interrupt(task);
  if (has_children) interrupt_children();
  if (attendant* also = attendant_.load(std::memory_order_acquire)) also->cancelled();
}

call_context* runtime_engine::inherited_context() {
  detail::task_frame* frame = detail::this_context().frame;
  if (frame == nullptr) return nullptr;
  cell& parent = *frame->task;
  call_context* now = parent.context.load(std::memory_order_relaxed);
  if (now == nullptr || now->owner != &parent) {
    auto* made = new call_context;
    made->owner = &parent;
    // The parent's reference to the older one goes over to the new one.
    made->parent = now;
    if (now != nullptr) {
      made->deadline = now->deadline;
      made->job = now->job;
    }
    made->inherits_deadline = true;
    parent.context.store(made, std::memory_order_seq_cst);
    if ((parent.state.load(std::memory_order_seq_cst) & detail::cancel_bit) != 0) {
      made->cancelled.store(true, std::memory_order_release);
    }
    now = made;
  }
  detail::retain(*now);
  return now;
}

namespace {

instant sooner(instant inherited, environment& world, time_limit own) {
  if (own.is_forever()) return inherited;
  const instant mine = world.now() + own.duration().count();
  return mine < inherited ? mine : inherited;
}

/// Takes over the reference to `parent`.
void inherit(call_context& made, call_context* parent, environment& world, time_limit own) {
  made.parent = parent;
  made.deadline = sooner(parent != nullptr ? parent->deadline : never, world, own);
  if (parent != nullptr) made.job = parent->job;
}

}  // namespace

call_context* runtime_engine::context_of(const cell& owner, const task_options& options) {
  validate(options);
  auto made = std::make_unique<call_context>();
  made->owner = &owner;
  made->name = options.name;
  made->shape = resources_.number_of(shape{.cpu = options.num_cpus.ten_thousandths(),
                                           .gpu = options.num_gpus.ten_thousandths(),
                                           .memory = options.memory.bytes(),
                                           .custom = options.resources});
  made->retries_left = options.max_retries.value();
  made->retry_exceptions = options.retry_exceptions;
  made->in_caller = options.in_caller;
  inherit(*made, inherited_context(), world_, options.deadline);
  return made.release();
}

call_context* runtime_engine::context_of(const cell& owner, const call_options& options) {
  validate(options);
  auto made = std::make_unique<call_context>();
  made->owner = &owner;
  made->name = options.name;
  inherit(*made, inherited_context(), world_, options.deadline);
  return made.release();
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
