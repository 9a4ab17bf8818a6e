#pragma once

#include "lane/atomic.hpp"

#include <rt/detail/cell.hpp>

#include <cstdint>

/// A cell's life: who may run it, who reads its arguments, when it is complete and who hears of it.
///
/// Invariants: a cell is claimed once; while anyone has it pinned it is not claimed; it is complete
/// once, and each continuation hung on it before fires once, or is taken off before it fires.
namespace rt::lane {
inline namespace RT_LANE_VARIANT {

using detail::cell;
using detail::continuation;
using detail::phase;

inline phase phase_of(std::uint32_t state) noexcept {
  return static_cast<phase>(state & detail::phase_mask);
}

/// Makes the cell this thread's to run (or to cancel), if its phase is between `from` and `ready`.
/// Thread: any number at once; one wins. Waits for pins, which last a few instructions.
bool claim(cell& wanted, phase from = phase::ready) noexcept;

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
std::uintptr_t finish(cell& decided, bool failed) noexcept;

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
