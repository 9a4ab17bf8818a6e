#include "worker/runtime_engine.hpp"

#include "lane/cell_state.hpp"
#include "worker/make_engine.hpp"
#include "worker/waiters.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/function_record.hpp>
#include <rt/detail/make_cell.hpp>
#include <rt/detail/object_type.hpp>

#include <mutex>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::cell;
using detail::phase;

std::unique_ptr<detail::engine> make_engine(environment& world, const config& options) {
  return std::make_unique<runtime_engine>(world, options);
}

namespace {

/// Each call is looked at where few tasks may be queued, else every 1024th.
constexpr std::uint64_t room_mask(std::int64_t limit) noexcept {
  constexpr std::uint64_t often = 1024;
  if (limit < 0) return UINT64_MAX;
  return limit < static_cast<std::int64_t>(often * 8) ? 0 : often - 1;
}

}  // namespace

runtime_engine::runtime_engine(environment& world, const config& options)
    : world_(world),
      settings_(options),
      incarnation_(world.random() | 1),
      fenced_(world.prepare_fences(false)),
      room_mask_(room_mask(options.max_queued_tasks.value())),
      resources_(world, options, options.num_cpus.value_or(1).ten_thousandths()),
      suspensions_(world),
      waits_for_(world, suspensions_),
      sleepers_(world),
      alarm_lock_(world),
      actors_lock_(world),
      threads_lock_(world) {
  threads_.push_back(world_.start_thread("rt-standby", [this] { standby_main(); }));
}

runtime_engine::~runtime_engine() {
  unlist();
  for (member* at = members_.load(std::memory_order_acquire); at != nullptr;) {
    delete std::exchange(at, at->next);
  }
}

namespace {

/// A callback of `on_ready`: hangs on the cell, then runs as a cell of its own.
struct callback_cell : detail::object_cell<void> {
  std::function<void()> callback;
  callback_cell(const detail::cell_type& type, std::uint32_t runtime, std::function<void()> what)
      : object_cell<void>(type, detail::engine_reference, phase::pending, runtime),
        callback(std::move(what)) {}

  static void run(cell& any) {
    auto& self = static_cast<callback_cell&>(any);
    self.callback();
    ::new (static_cast<void*>(std::addressof(self.value))) std::monostate();
  }
  static void destroy(cell& any) noexcept {
    std::destroy_at(&static_cast<callback_cell&>(any).callback);
  }
};

constexpr detail::cell_type callback_type = {
    .run = &callback_cell::run,
    .destroy_arguments = &callback_cell::destroy,
    .size = sizeof(callback_cell),
    .alignment = alignof(callback_cell),
    .outcome_offset = detail::outcome_offset_of<void>,
};

}  // namespace

void runtime_engine::when_ready(cell& awaited, std::function<void()> callback) {
  member& mine = join();
  auto* made = detail::make_cell<callback_cell>(callback_type, number_, std::move(callback));
  mine.count(mine.submitted);
  if (awaited.type->want != nullptr) awaited.type->want(awaited);
  // It has no arguments of its own; hung like a dependent, it is queued when the cell is complete.
  if (!lane::hang(awaited, lane::link_to(*made))) advance(mine, *made);
}

bool runtime_engine::quiet() const noexcept {
  // Finished first: if the later sum of what was begun is no larger, all of it had ended by then.
  std::uint64_t finished = 0;
  for (member* at = members_.load(std::memory_order_acquire); at != nullptr; at = at->next) {
    finished += at->finished.load(std::memory_order_acquire);
  }
  std::uint64_t submitted = 0;
  for (member* at = members_.load(std::memory_order_acquire); at != nullptr; at = at->next) {
    submitted += at->submitted.load(std::memory_order_acquire);
  }
  return submitted == finished;
}

bool runtime_engine::wait_until_quiet(instant deadline) {
  draining_.store(true, std::memory_order_seq_cst);
  while (!quiet()) {
    const std::uint32_t seen = quiet_word_.load(std::memory_order_seq_cst);
    if (quiet()) break;
    if (deadline != never && world_.now() >= deadline) break;
    if (work_for_slots()) wake_slot();
    arm();
    world_.park(quiet_word_.word(), seen, deadline);
  }
  return quiet();
}

void runtime_engine::open_all_kept() {
  // Without fences nothing is kept; and nothing may be opened for its owner.
  if (fenced_.load(std::memory_order_acquire)) queue_.open_all(world_);
}

void runtime_engine::cancel_everything(member& mine) {
  cancelling_.store(true, std::memory_order_seq_cst);
  if (attendant* also = attendant_.load(std::memory_order_acquire)) also->cancelled();
  std::vector<actor_state*> actors;
  {
    const std::lock_guard guard(actors_lock_);
    for (actor_state* at = first_actor_; at != nullptr; at = at->next) {
      detail::retain(*at);
      actors.push_back(at);
    }
  }
  for (actor_state* actor : actors) {
    kill(*actor);
    run_mailbox(mine, *actor, nullptr);
    detail::release(*actor);
  }
  // Coroutines that wait go on, and see that they are to end.
  interrupt_all();
  // What is queued fails when it is drawn; here by this thread, since slots may all be busy.
  open_all_kept();
  for (lane::shard* at = queue_.first(); at != nullptr; at = at->next) {
    while (at->size() != 0) {
      if (cell* drawn = at->steal()) run_drawn(mine, *drawn);
    }
  }
  for (cell* queued : resources_.take_all()) {
    if (queued->type == &placement_type) {
      place(*queued);
    } else if (queued->type == &suspended_type) {
      resume(mine, *queued);
    } else if (queued->type == &activation_type) {
      run_drawn(mine, *queued);
      continue;
    } else if (queued->type == &pushed_type) {
      drop_pushed(static_cast<pushed_task&>(*queued));
      continue;
    } else if (lane::claim(*queued)) {
      fail_claimed(mine, *queued,
                   std::make_exception_ptr(task_cancelled_error(
                       "the task " + name_of(*queued) + " was cancelled: the driver has returned",
                       rt::outcome::not_started)));
    }
    detail::release(*queued, detail::engine_reference);
  }
}

std::string runtime_engine::who_stays() {
  std::string names;
  for (member* at = members_.load(std::memory_order_acquire); at != nullptr; at = at->next) {
    const detail::function_record* function = at->running.load(std::memory_order_acquire);
    if (function != nullptr) names += (names.empty() ? "" : ", ") + function->name();
  }
  return names;
}

std::string runtime_engine::shut_down() {
  member& mine = join();
  // This thread waits from here on: what it has kept for itself is for slots.
  mine.own->helped.store(false, std::memory_order_relaxed);
  mine.own->open();
  const time_limit limit = settings_.shutdown_timeout;
  const auto ends = [&] {
    return limit.is_forever() ? never : world_.now() + limit.duration().count();
  };
  if (!wait_until_quiet(ends())) {
    cancel_everything(mine);
    // Running tasks see that they are cancelled; once more the same time to return, and however
    // short that is, time enough for a busy machine.
    constexpr instant grace_ns = 10'000'000'000;
    const instant returned_by = ends();
    if (!wait_until_quiet(std::max(returned_by, world_.now() + grace_ns))) {
      return "still running after they were cancelled: " + who_stays();
    }
  }
  let_all_detached_go();
  // Actors that still have handles end here, with the objects in their mailboxes.
  cancel_everything(mine);
  wait_until_quiet(ends());

  stopping_.store(true, std::memory_order_seq_cst);
  schedule(0);
  sleepers_.wake_all();
  for (;;) {
    std::unique_ptr<environment::thread> next;
    {
      const std::lock_guard guard(threads_lock_);
      if (threads_.empty()) break;
      next = std::move(threads_.back());
      threads_.pop_back();
    }
    next.reset();
  }
  // Nor does anyone come in any more who is not waited for.
  unlist();
  for (unsigned round = 0; visited(); ++round) world_.relax(round);
  // No thread of ours is left; what lies in the queues are entries of cells that are complete.
  open_all_kept();
  for (lane::shard* at = queue_.first(); at != nullptr; at = at->next) {
    while (cell* left = at->steal()) run_drawn(mine, *left);
  }
  for (cell* left : resources_.take_all()) {
    if (left->type == &activation_type) run_drawn(mine, *left);
  }
  leave(mine);
  detail::this_context().member_of = 0;
  return {};
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
