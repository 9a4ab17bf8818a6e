#include "lane/cell_state.hpp"
#include "worker/patience.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/detail/call_context.hpp>

#include <algorithm>
#include <mutex>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::cell;

namespace {

/// Every so manieth time the oldest cell of a slot's own shard comes before the newest, so that none
/// waits for ever behind newer ones.
constexpr std::uint32_t oldest_every = 61;
/// How much expected work a slot takes at once. Units: nanoseconds.
constexpr std::uint32_t batch_ns = 640'000;
constexpr std::uint32_t batch_max = 64;
/// How many slots may sleep beyond those that could all have a seat.
constexpr std::uint32_t spare_slots = 8;

}  // namespace

void runtime_engine::slot_main() {
  member& mine = join();
  mine.is_slot = true;
  sleepers_.arrive();
  while (!stopping_.load(std::memory_order_acquire)) {
    if (mine.seated.load(std::memory_order_relaxed) != seat::none) {
      if (resources_.seats_for_slots() < 0 || resources_.has_waiting() ||
          resources_.has_granted()) {
        if (mine.stand_up() != seat::none) give_up_seat();
      }
    }
    if (run_granted(mine)) continue;
    if (!sit(mine)) {
      idle(mine);
      if (!mine.is_slot) break;
      continue;
    }
    if (cell* drawn = draw(mine)) {
      run_drawn(mine, *drawn);
      continue;
    }
    idle(mine);
    if (!mine.is_slot) break;
  }
  if (mine.stand_up() != seat::none) give_up_seat();
  slots_.fetch_add(UINT32_MAX, std::memory_order_acq_rel);
}

bool runtime_engine::sit(member& mine) noexcept {
  seat now = mine.seated.load(std::memory_order_relaxed);
  while (now != seat::busy) {
    if (now == seat::none) {
      if (!resources_.take_seat(true)) return false;
      mine.seated.store(seat::busy, std::memory_order_relaxed);
      return true;
    }
    // What a nested help, or a method, has left: the standby may take it at the same time.
    if (now == seat::held ? mine.sit_again()
                          : mine.seated.compare_exchange(now, seat::busy, std::memory_order_acq_rel,
                                                         std::memory_order_relaxed)) {
      return true;
    }
    now = mine.seated.load(std::memory_order_relaxed);
  }
  return true;
}

cell* runtime_engine::draw(member& mine) {
  mine.count(mine.draws);
  if (mine.draws.load(std::memory_order_relaxed) % oldest_every == 0) {
    mine.own->open();
    if (cell* oldest = mine.own->steal()) return oldest;
  }
  if (cell* newest = mine.own->take()) return newest;
  return steal(mine);
}

cell* runtime_engine::steal(member& mine) {
  for (lane::shard* from = queue_.first(); from != nullptr; from = from->next) {
    if (from == mine.own) continue;
    const std::size_t there = from->size();
    if (there == 0) continue;
    const std::uint32_t each_ns = from->task_ns.load(std::memory_order_relaxed);
    if (left_to_owner(*from, each_ns)) continue;
    cell* last = from->steal();
    if (last == nullptr) continue;
    // At most half, so that the owner and others find something too; kept in this slot's shard, where
    // they stay claimable, and run the last one first, towards a waiter that comes from the other end.
    std::size_t more = std::min<std::size_t>(
        {there / 2, batch_max, each_ns != 0 ? batch_ns / each_ns : batch_max});
    mine.own->task_ns.store(each_ns, std::memory_order_relaxed);
    while (more-- > 0) {
      cell* next = from->steal();
      if (next == nullptr) break;
      mine.own->push(*last);
      last = next;
    }
    // There may be work for one more, who finds it here or there.
    if (from->size() + mine.own->size() > 1 && each_ns >= tiny_ns) wake_slot();
    return last;
  }
  return nullptr;
}

void runtime_engine::run_drawn(member& mine, cell& drawn) {
  if (drawn.type == &activation_type) {
    actor_state& actor = of_activation(drawn);
    // Sequentially consistent: a caller that found it queued has pushed its call before, and the
    // runner looks into the mailbox after.
    actor.word.fetch_and(~actor_state::queued, std::memory_order_seq_cst);
    const bool lendable = mine.is_slot && mine.seated.load(std::memory_order_relaxed) == seat::busy;
    if (lendable) mine.seated.store(seat::call, std::memory_order_release);
    run_mailbox(mine, actor, nullptr);
    if (lendable) {
      seat now = seat::call;
      // Acquire: that it was lent is seen, if it was taken.
      mine.seated.compare_exchange(now, seat::busy, std::memory_order_acq_rel,
                                   std::memory_order_acquire);
      mine.activity.store(mine.activity.load(std::memory_order_relaxed) + 1,
                          std::memory_order_relaxed);
      end_lending(mine);
    }
    detail::release(actor);
    return;
  }
  if (lane::claim(drawn)) {
    run(mine, drawn, nullptr);
  } else if (drawn.type == &suspended_type) {
    resume(mine, drawn);
  }
  detail::release(drawn, detail::engine_reference);
}

bool runtime_engine::run_granted(member& mine) {
  std::uint32_t number = 0;
  cell* granted = resources_.take_granted(number);
  if (granted == nullptr) return false;
  // It holds what it asked for, and no seat.
  if (mine.stand_up() != seat::none) give_up_seat();
  // Others may run beside this one: more may be granted than there are whole CPUs, and the seats are
  // still there for the rest.
  seatless_.fetch_add(1, std::memory_order_seq_cst);
  if (resources_.has_granted() || work_for_slots()) wake_slot();
  if (granted->type == &placement_type) {
    // What it asked for stays held, by the actor.
    place(*granted);
    detail::release(*granted, detail::engine_reference);
    seatless_.fetch_add(UINT32_MAX, std::memory_order_seq_cst);
    return true;
  }
  if (granted->type == &activation_type) {
    run_drawn(mine, *granted);
    seatless_.fetch_add(UINT32_MAX, std::memory_order_seq_cst);
    return true;
  }
  const std::int64_t outer = mine.granted_cpu;
  mine.granted_cpu = resources_.cpu_of(number);
  // A coroutine that waits gives its CPUs back, and keeps the rest until it ends.
  if (granted->type == &suspended_type) {
    resume(mine, *granted);
  } else if (granted->type == &pushed_type) {
    // Its listener lets it go.
    if (!run_pushed(mine, static_cast<pushed_task&>(*granted)))
      number = resources_.cpu_part(number);
    granted = nullptr;
  } else if (lane::claim(*granted) && !run(mine, *granted, nullptr)) {
    number = resources_.cpu_part(number);
  }
  mine.granted_cpu = outer;
  seatless_.fetch_add(UINT32_MAX, std::memory_order_seq_cst);
  if (granted != nullptr) detail::release(*granted, detail::engine_reference);
  if (resources_.give_back(number) || work_for_slots()) wake_slot();
  return true;
}

bool runtime_engine::give_up_seat() {
  const bool granted = resources_.give_seat();
  if (granted) wake_slot();
  return granted;
}

bool runtime_engine::left_to_owner(const lane::shard& shard, std::uint32_t each_ns) const noexcept {
  // With fences, what is left to its owner is kept, and what is open is for all.
  return each_ns < tiny_ns && !fenced_.load(std::memory_order_relaxed) &&
         shard.helped.load(std::memory_order_relaxed);
}

bool runtime_engine::work_for_slots() const noexcept {
  if (resources_.has_granted()) return true;
  if (resources_.has_waiting() || resources_.seats_for_slots() <= 0) return false;
  for (lane::shard* at = queue_.first(); at != nullptr; at = at->next) {
    if (at->size() == 0) continue;
    if (!left_to_owner(*at, at->task_ns.load(std::memory_order_relaxed))) return true;
  }
  return false;
}

void runtime_engine::wake_slot() {
  // Those that come take the free seats, or what was granted, and find the work themselves. Without
  // a seat one more could only go back to sleep; who gives one back wakes it then.
  // One after the other: in which order a call's arguments are looked at differs by compiler, and a
  // simulated run must not.
  const std::int64_t granted = resources_.has_granted() ? 1 : 0;
  const std::int64_t places = std::max(resources_.seats_for_slots(), granted);
  if (sleepers_.coming() >= places) return;
  if (sleepers_.wake_one()) return;
  // No thread to wake: the standby starts one, since that takes longer than a caller should wait.
  const auto seats = static_cast<std::uint32_t>((resources_.total_cpu() + one_cpu - 1) / one_cpu);
  const std::uint32_t all = slots_.load(std::memory_order_relaxed);
  const std::uint32_t away = blocked_.load(std::memory_order_relaxed);
  const std::uint32_t running =
      all - std::min(all, away + seatless_.load(std::memory_order_relaxed));
  if (running < std::max(seats, 1U) || granted != 0) {
    if (!slots_wanted_.exchange(true, std::memory_order_acq_rel)) {
      sleepers_.expect_one();
      schedule(0);
    }
  }
}

void runtime_engine::start_slots() {
  if (!slots_wanted_.exchange(false, std::memory_order_acq_rel)) return;
  // Within the lock, so that whoever stops the runtime finds the thread or is seen here.
  const std::lock_guard guard(threads_lock_);
  if (stopping_.load(std::memory_order_acquire)) {
    sleepers_.arrive();
    return;
  }
  const std::uint32_t number = slots_.fetch_add(1, std::memory_order_acq_rel);
  threads_.push_back(
      world_.start_thread("rt-slot-" + std::to_string(number), [this] { slot_main(); }));
}

void runtime_engine::idle(member& mine) {
  if (mine.stand_up() != seat::none) give_up_seat();
  const bool spins =
      mine.fruitless_spins < fruitless_spins_max || ++mine.fruitless_spins % spin_every == 0;
  if (spins && !spinning_.exchange(true, std::memory_order_acquire)) {
    sleepers_.expect_one();
    bool found = false;
    bool due = false;
    for (unsigned round = 0; round < spin_rounds && !found && !due; ++round) {
      found = work_for_slots() || stopping_.load(std::memory_order_relaxed);
      if (!found) world_.relax(round);
      due = round % turn_every == turn_every - 1 && turn_due(holder::slot);
    }
    spinning_.store(false, std::memory_order_release);
    sleepers_.arrive();
    if (due) take_turn(holder::slot);
    if (found) {
      mine.fruitless_spins = 0;
      return;
    }
    ++mine.fruitless_spins;
  }
  const auto seats = static_cast<std::uint32_t>(resources_.total_cpu() / one_cpu);
  const std::size_t others = sleepers_.lie_down(mine);
  // Announced; now the last look: whoever pushes from here on sees that someone sleeps.
  const bool stays = work_for_slots() || stopping_.load(std::memory_order_seq_cst);
  if (stays || others > seats + spare_slots) {
    mine.is_slot = sleepers_.get_up(mine) || stays;
    return;
  }
  sleepers_.sleep(mine);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
