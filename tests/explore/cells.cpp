#include "explore/cells.hpp"

namespace explore {

using rt::detail::cell;
using rt::detail::phase;
namespace lane = rt::lane;
namespace detail = rt::detail;

namespace {

dependents* current_dependents = nullptr;

tracked_cell& tracked(cell& any) { return static_cast<tracked_cell&>(any); }

void write_value(cell& any) { ::new (static_cast<void*>(&tracked(any).value)) int(42); }

void end_memory(tracked_cell& self, const void* address, std::size_t bytes) {
  if (rt::sim::world::active() != nullptr) {
    // The end touches all of it: it is tried in every order with what others do there.
    self.around.world.point({rt::sim::point_kind::user, rt::sim::access::write, address, bytes});
  }
  self.around.choices.forbid(address, bytes);
}

void end_arguments(cell& any) noexcept {
  tracked_cell& self = tracked(any);
  ++self.record->arguments_ended;
  end_memory(self, &self.record->arguments, sizeof self.record->arguments);
}

void end_result(cell& any) noexcept {
  require(tracked(any).value == 42, "a result that was never made was ended");
  ++tracked(any).record->results_ended;
}

void end_cell(cell& any) noexcept {
  tracked_cell& self = tracked(any);
  end_memory(self, &self, sizeof self);
  ++self.record->ended;
}

/// A cell's count whose operations are explored.
struct explored_counter {
  std::atomic<std::uint32_t>& word;

  std::uint32_t load(std::memory_order order) const noexcept { return lane::load(word, order); }
  std::uint32_t fetch_sub(std::uint32_t less, std::memory_order order) const noexcept {
    return lane::fetch_add(word, 0U - less, order);
  }
};

void complete(cell& decided, bool failed) { fire(lane::finish(decided, failed)); }

}  // namespace

const detail::cell_type tracked_cell::type_of_all = {
    .run = &write_value,
    .destroy_arguments = &end_arguments,
    .destroy_result = &end_result,
    .end = &end_cell,
    .size = sizeof(tracked_cell),
    .alignment = alignof(tracked_cell),
    .outcome_offset = detail::outcome_offset_of<int>,
};

tracked_cell& make_tracked(cell_record& record, surroundings around, phase now,
                           std::uint32_t references) {
  void* memory = detail::allocate_cell(sizeof(tracked_cell), alignof(tracked_cell));
  return *::new (memory) tracked_cell(references, now, record, around);
}

void drop(cell& held, std::uint32_t kind) {
  explored_counter counter{held.references};
  if (detail::let_go(counter, kind)) detail::destroy_cell(held);
}

void run_claimed(cell& claimed) {
  cell_record& record = *tracked(claimed).record;
  require(++record.ran == 1, "a cell ran twice");
  claimed.type->run(claimed);
  claimed.type->destroy_arguments(claimed);
  if ((lane::load(claimed.state, std::memory_order_acquire) & detail::cancel_bit) != 0) {
    claimed.type->destroy_result(claimed);
    ::new (static_cast<void*>(&detail::failure_of(claimed))) std::exception_ptr();
    complete(claimed, true);
  } else {
    complete(claimed, false);
  }
}

void cancel_claimed(cell& claimed) {
  ++tracked(claimed).record->cancelled;
  claimed.type->destroy_arguments(claimed);
  ::new (static_cast<void*>(&detail::failure_of(claimed))) std::exception_ptr();
  complete(claimed, true);
}

void fire(std::uintptr_t list) {
  while (list != 0) {
    const std::uintptr_t next = lane::successor(list);
    if (lane::is_cell(list)) {
      current_dependents->advance(tracked(lane::cell_at(list)));
    } else {
      detail::continuation& hung = lane::continuation_at(list);
      hung.fire(hung);
    }
    list = next;
  }
}

void run_drawn(cell& drawn) {
  if (lane::claim(drawn)) run_claimed(drawn);
  drop(drawn, detail::engine_reference);
}

void cancel(cell& task) {
  if (lane::claim(task, phase::pending)) {
    cancel_claimed(task);
  } else {
    lane::request_cancel(task);
  }
}

void dependents::advance(tracked_cell& task) {
  for (;;) {
    if (!lane::pin(task)) return drop(task, detail::engine_reference);
    static_cast<void>(task.record->arguments.load(std::memory_order_relaxed));
    cell* argument = task.waits_for;
    if (lane::load(argument->hooks, std::memory_order_acquire) == detail::hooks_complete) {
      if (lane::open(task)) return opened(task);
      return drop(task, detail::engine_reference);
    }
    const bool hung = lane::hang(*argument, lane::link_to(task));
    lane::unpin(task);
    if (hung) return;
  }
}

void set_dependents(dependents* those) { current_dependents = those; }

}  // namespace explore
