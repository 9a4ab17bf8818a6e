#include "worker/patience.hpp"
#include "worker/runtime_engine.hpp"
#include "worker/waiters.hpp"

#include <rt/core/error.hpp>

#include <utility>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::cell;
using detail::phase;

runtime_engine::loan runtime_engine::lend_all(member& mine) {
  loan lent;
  const seat had = mine.stand_up();
  if (had != seat::none) give_up_seat();
  // Of a seat that was only held, or lent to a method, nothing is wanted back: a driver's own code and
  // methods need none to go on.
  if (had == seat::busy) lent = {one_cpu, true};
  // It may have taken a seat to help, inside a task that holds CPUs: then it lends both.
  if (mine.granted_cpu != 0 && detail::this_context().frame != nullptr) {
    lent.cpu += mine.granted_cpu;
    resources_.lend_cpu(mine.granted_cpu);
    if (mine.pushed != nullptr) mine.pushed->listener->blocked(*mine.pushed);
  }
  blocked_.fetch_add(1, std::memory_order_seq_cst);
  mine.own->helped.store(false, std::memory_order_relaxed);
  mine.own->open();
  if (work_for_slots()) wake_slot();
  return lent;
}

void runtime_engine::regain(member& mine, loan lent) {
  blocked_.fetch_add(UINT32_MAX, std::memory_order_seq_cst);
  if (lent.cpu == 0) return;
  resources_.regain_cpu(lent.cpu);
  if (lent.seat) mine.seated.store(seat::busy, std::memory_order_relaxed);
}

inline void runtime_engine::look_for_turn(unsigned round) {
  // Not while the wait may be a matter of some tasks: the pauses are short, and the clock is not.
  if (round >= seat_rounds && round % turn_every == 0 && turn_due(holder::waiter)) {
    take_turn(holder::waiter);
  }
}

void runtime_engine::block(member& mine, cell& awaited) {
  detail::thread_context& thread = detail::this_context();
  // Someone else must run it: sleeping slots are told now, not when this thread gives up.
  if (work_for_slots()) wake_slot();
  if (thread.frame == nullptr && mine.seated.load(std::memory_order_relaxed) == seat::none) {
    want_seat(mine, true);
  }
  for (unsigned round = 0; round < wait_rounds; ++round) {
    if (awaited.complete()) break;
    if (round % 8 == 7 && awaited.now() <= phase::ready && help(mine, awaited)) break;
    if (round == seat_rounds && thread.frame == nullptr && mine.let_seat_go()) {
      // It takes longer than a few tasks: the seat is of more use to a slot.
      give_up_seat();
      if (work_for_slots()) wake_slot();
    }
    look_for_turn(round);
    world_.relax(round);
  }
  if (mine.wants_seat) {
    want_seat(mine, false);
    // Slots kept back for this thread.
    if (work_for_slots()) wake_slot();
  }
  if (awaited.complete()) return;

  detail::drain_doomed();
  if (std::string circle = waits_for_.block(mine, thread.frame, awaited); !circle.empty()) {
    throw deadlock_error("this wait would never end: " + circle);
  }
  const loan lent = lend_all(mine);
  {
    waiter waiting(world_, 1);
    waiting.reserve(1);
    waiting.hang_on(awaited);
    waiting.sleep(never);
  }
  waits_for_.unblock(mine);
  regain(mine, lent);
}

void runtime_engine::refuse_circles(member& mine, cell* const* cells, std::size_t size,
                                    std::size_t wanted) {
  std::size_t circles = 0;
  std::string first;
  for (std::size_t i = 0; i < size; ++i) {
    if (cells[i]->complete()) continue;
    std::string circle = waits_for_.block(mine, detail::this_context().frame, *cells[i]);
    if (circle.empty()) continue;
    if (circles++ == 0) first = std::move(circle);
  }
  // Who waits for some of many waits for none of them in particular.
  if (wanted < size || circles != 0) waits_for_.unblock(mine);
  if (circles > size - wanted) throw deadlock_error("this wait would never end: " + first);
}

bool runtime_engine::wait_some(cell* const* cells, std::size_t size, std::size_t wanted,
                               instant deadline) {
  const auto complete = [&] {
    std::size_t there = 0;
    for (std::size_t i = 0; i < size && there < wanted; ++i) there += cells[i]->complete() ? 1 : 0;
    return there;
  };
  if (complete() >= wanted) return true;
  if (detail::this_context().destroying) detail::drain_doomed();
  member& mine = join();
  for (std::size_t i = 0; i < size; ++i) {
    if (cells[i]->type->want != nullptr) cells[i]->type->want(*cells[i]);
  }
  // What this thread has kept for itself may be what it waits for here, where it runs nothing.
  if (mine.own->open()) mine.own->helped.store(false, std::memory_order_relaxed);
  if (work_for_slots()) wake_slot();
  if (deadline != never && world_.now() >= deadline) return false;
  for (unsigned round = 0; round < wait_rounds; ++round) {
    if (round % 16 == 15 && complete() >= wanted) return true;
    look_for_turn(round);
    world_.relax(round);
  }
  if (deadline == never) refuse_circles(mine, cells, size, wanted);
  const loan lent = lend_all(mine);
  {
    waiter waiting(world_, static_cast<std::uint32_t>(wanted));
    waiting.reserve(size);
    for (std::size_t i = 0; i < size; ++i) waiting.hang_on(*cells[i]);
    waiting.sleep(deadline);
  }
  if (deadline == never) waits_for_.unblock(mine);
  regain(mine, lent);
  return complete() >= wanted;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
