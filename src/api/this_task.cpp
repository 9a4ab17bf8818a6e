#include <rt/core/error.hpp>
#include <rt/detail/call_context.hpp>
#include <rt/detail/engine.hpp>
#include <rt/detail/frame.hpp>
#include <rt/this_task.hpp>

#include <algorithm>
#include <atomic>

namespace rt::this_task {

namespace {

rt::detail::task_frame* frame() noexcept { return rt::detail::this_context().frame; }
rt::detail::engine& runtime() noexcept { return *rt::detail::this_context().runtime; }

}  // namespace

rt::task_id id() {
  rt::detail::task_frame* task = frame();
  if (task == nullptr) return {};
  if (!task->id) task->id = {runtime().incarnation(), runtime().next_id()};
  return task->id;
}

rt::node_id node() {
  return frame() == nullptr ? rt::node_id{} : rt::node_id{runtime().incarnation(), 0};
}

rt::job_id job() {
  rt::detail::task_frame* task = frame();
  if (task == nullptr) return {};
  const rt::detail::call_context* context = task->task->context.load(std::memory_order_acquire);
  // What no other process has pushed here is of this process's own job.
  return context != nullptr && context->job ? context->job : rt::job_id{runtime().incarnation(), 0};
}

rt::actor_id actor_id() {
  rt::detail::task_frame* task = frame();
  return task == nullptr || task->actor == nullptr ? rt::actor_id{} : runtime().id_of(*task->actor);
}

std::uint32_t attempt() { return frame() == nullptr ? 0 : frame()->attempt; }

std::map<std::string, double> resources() {
  return frame() == nullptr ? std::map<std::string, double>{} : runtime().held_by(*frame());
}

bool cancelled() {
  rt::detail::task_frame* task = frame();
  if (task == nullptr) return false;
  if ((task->task->state.load(std::memory_order_acquire) & rt::detail::cancel_bit) != 0)
    return true;
  const rt::detail::call_context* context = task->task->context.load(std::memory_order_acquire);
  if (context != nullptr) {
    if (context->cancelled_above()) return true;
    if (context->deadline != never && runtime().world().now() >= context->deadline) return true;
  }
  return runtime().closing();
}

std::optional<std::chrono::steady_clock::time_point> deadline() {
  rt::detail::task_frame* task = frame();
  if (task == nullptr) return {};
  const rt::detail::call_context* context = task->task->context.load(std::memory_order_acquire);
  if (context == nullptr || context->deadline == never) return {};
  return std::chrono::steady_clock::time_point(
      std::chrono::duration_cast<std::chrono::steady_clock::duration>(
          std::chrono::nanoseconds(context->deadline)));
}

namespace detail {

void sleep_for(time_limit duration) {
  environment& world = rt::detail::current_engine().world();
  const instant until = duration.is_forever() ? never : world.now() + duration.duration().count();
  // A word that nobody wakes: a task that is cancelled meanwhile is to see it soon, so it looks.
  constexpr instant look_ns = 10'000'000;
  std::atomic<std::uint32_t> word{0};
  for (instant now = world.now(); now < until && !cancelled(); now = world.now()) {
    world.park(word, 0, std::min(until, now + look_ns));
  }
}

}  // namespace detail
}  // namespace rt::this_task
