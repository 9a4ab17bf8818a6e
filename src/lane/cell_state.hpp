#pragma once

#include "core/planted_bug.hpp"
#include "lane/atomic.hpp"

#include <rt/detail/cell.hpp>

#include <cstdint>

/// A cell's life: who may run it, who reads its arguments, when it is complete and who hears of it.
///
/// Invariants: a cell is claimed by one at a time; while anyone has it pinned it is not claimed; it is complete
/// once, and each continuation hung on it before fires once, or is taken off before it fires.
namespace rt::lane {
inline namespace RT_LANE_VARIANT {

using detail::cell;
using detail::continuation;
using detail::phase;

inline phase phase_of(std::uint32_t state) noexcept {
  return static_cast<phase>(state & detail::phase_mask);
}

inline std::uint32_t with_phase(std::uint32_t state, phase next) noexcept {
  return (state & ~detail::phase_mask) | static_cast<std::uint32_t>(next);
}

/// Makes the cell this thread's to run (or to cancel), if its phase is between `from` and `ready`.
/// Thread: any number at once; one wins. Waits for pins, which last a few instructions.
inline bool claim(cell& wanted, phase from = phase::ready) noexcept {
  // Acquire: whoever opened the cell wrote its arguments, and pinners' reads ended before.
  std::uint32_t seen = load(wanted.state, std::memory_order_acquire);
  for (;;) {
    if (phase_of(seen) > phase::ready || phase_of(seen) < from) return false;
    if ((seen & detail::pin_mask) != 0 && !RT_SIMBUG("cell_state.claim_ignores_pins")) {
      pause();
      seen = load(wanted.state, std::memory_order_acquire);
      continue;
    }
    // Acq_rel is not needed: nothing was written for others yet; acquire takes what opening released.
    if (compare_exchange(wanted.state, seen, with_phase(seen, phase::running),
                         std::memory_order_acquire, std::memory_order_acquire)) {
      return true;
    }
  }
}

/// Gives a cell back that was claimed and has not begun: anyone may claim it anew.
/// Release: who does sees what was written meanwhile.
inline void unclaim(cell& untouched) noexcept {
  std::uint32_t seen = load(untouched.state, std::memory_order_relaxed);
  while (!compare_exchange(untouched.state, seen, with_phase(seen, phase::ready),
                           std::memory_order_release, std::memory_order_relaxed)) {
  }
}

/// Keeps the cell from being claimed while its arguments are looked at; false if it already is.
/// Pair each success with `unpin` within a few instructions.
bool pin(cell& looked_at) noexcept;
void unpin(cell& looked_at) noexcept;

/// Opens a cell whose arguments are all there to whoever wants to run it; false if it was claimed
/// meanwhile, by a cancel. The caller has it pinned, and this takes the pin back.
bool open(cell& resolved) noexcept;

/// Notes that the cancellation of a running cell was asked for.
void request_cancel(cell& running) noexcept;

/// Decides the outcome of a running cell that several may want to complete: its runner and `kill`.
/// Shape: true for the one who may write it.
bool begin_store(cell& running) noexcept;

/// Completes the cell and returns the list of what hung on it, which the caller must fire.
/// The outcome was written before; who sees the cell complete sees the outcome.
inline std::uintptr_t finish(cell& decided, bool failed) noexcept {
  const phase last = failed ? phase::failed : phase::value;
  const std::uint32_t before = load(decided.state, std::memory_order_relaxed);
  // Release, both, for those who look at the phase alone.
  if (decided.type->actor == nullptr) {
    // A plain store: nobody pins a running cell, only who runs it marks it as suspended, and a request
    // to cancel that is overwritten came too late.
    store(decided.state, with_phase(before, last), std::memory_order_release);
  } else {
    // A call may be completed by whoever kills its actor, while its coroutine waits or goes on.
    const std::uint32_t step =
        static_cast<std::uint32_t>(last) - static_cast<std::uint32_t>(phase_of(before));
    fetch_add(decided.state, step, std::memory_order_release);
  }
  std::uintptr_t list = load(decided.hooks, std::memory_order_relaxed);
  for (;;) {
    if ((list & detail::hooks_locked) != 0) {
      pause();
      list = load(decided.hooks, std::memory_order_relaxed);
      continue;
    }
    // Release: the outcome is seen by who finds the cell complete. Acquire: what the hangers wrote
    // into their continuations is seen by the one who fires them.
    if (compare_exchange(decided.hooks, list, detail::hooks_complete, std::memory_order_acq_rel,
                         std::memory_order_relaxed)) {
      return list;
    }
  }
}

/// Could nobody else reach the cell, now or later, if the caller has a handle and a reference of the
/// engine? Continuations may hang on it without a reference (`on_ready`, the end of a stream).
inline bool is_alone_with(const cell& drawn) noexcept {
  // Acquire: whoever let go of it has left it, and hung what there is.
  return load(drawn.references, std::memory_order_acquire) ==
             detail::handle_reference + detail::engine_reference &&
         load(drawn.hooks, std::memory_order_acquire) == 0;
}

/// Claims a cell that nobody else can reach; false if someone can, or is about to leave it.
/// By plain stores.
inline bool claim_alone(cell& drawn) noexcept {
  if (!is_alone_with(drawn)) return false;
  // Acquire: whoever took its pin back has left it.
  const std::uint32_t seen = load(drawn.state, std::memory_order_acquire);
  if (phase_of(seen) != phase::ready || (seen & detail::pin_mask) != 0) return false;
  store(drawn.state, with_phase(seen, phase::running), std::memory_order_relaxed);
  return true;
}

/// Completes a cell that was claimed so, if it is still alone: its function may have shared it.
inline void finish_alone(cell& decided, bool failed) noexcept {
  const phase last = failed ? phase::failed : phase::value;
  store(decided.state, with_phase(load(decided.state, std::memory_order_relaxed), last),
        std::memory_order_relaxed);
  // Release: the handle may be given to others from here on.
  store(decided.hooks, detail::hooks_complete, std::memory_order_release);
}

/// Hangs `link` (a `continuation`, or a cell with `hook_is_cell`) on the cell; false if it is complete.
bool hang(cell& awaited, std::uintptr_t link) noexcept;

/// Takes a continuation off again; false if it fires, or has fired.
bool take_off(cell& awaited, continuation& hung) noexcept;

/// The place where a link keeps its successor.
std::uintptr_t& successor(std::uintptr_t link) noexcept;

inline std::uintptr_t link_to(continuation& hung) noexcept {
  return reinterpret_cast<std::uintptr_t>(&hung);
}
inline std::uintptr_t link_to(cell& dependent) noexcept {
  return reinterpret_cast<std::uintptr_t>(&dependent) | detail::hook_is_cell;
}
inline bool is_cell(std::uintptr_t link) noexcept { return (link & detail::hook_is_cell) != 0; }
inline cell& cell_at(std::uintptr_t link) noexcept {
  return *reinterpret_cast<cell*>(link & ~detail::hook_is_cell);
}
inline continuation& continuation_at(std::uintptr_t link) noexcept {
  return *reinterpret_cast<continuation*>(link);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::lane
