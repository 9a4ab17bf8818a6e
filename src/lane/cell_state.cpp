#include "lane/cell_state.hpp"

#include "core/planted_bug.hpp"

namespace rt::lane {
inline namespace RT_LANE_VARIANT {

bool pin(cell& looked_at) noexcept {
  std::uint32_t seen = load(looked_at.state, std::memory_order_acquire);
  while (phase_of(seen) <= phase::ready) {
    // Acquire: the arguments are read next.
    if (compare_exchange(looked_at.state, seen, seen + detail::pin_unit, std::memory_order_acquire,
                         std::memory_order_acquire)) {
      return true;
    }
  }
  return false;
}

void unpin(cell& looked_at) noexcept {
  // Release: the reads of the arguments come before the claim that may end them.
  fetch_add(looked_at.state, 0U - detail::pin_unit, std::memory_order_release);
}

bool open(cell& resolved) noexcept {
  // Pinned, so the phase is still pending and only other pins and the cancel bit can change.
  // Release: the claimer sees the arguments as the opener saw them.
  const std::uint32_t step = static_cast<std::uint32_t>(phase::ready) - detail::pin_unit;
  const std::uint32_t before = fetch_add(resolved.state, step, std::memory_order_acq_rel);
  return phase_of(before) == phase::pending;
}

void request_cancel(cell& running) noexcept {
  // Sequentially consistent, as is the runner's making of a context for its children: one of the two
  // sees the other.
  fetch_or(running.state, detail::cancel_bit, std::memory_order_seq_cst);
}

bool begin_store(cell& running) noexcept {
  std::uint32_t seen = load(running.state, std::memory_order_relaxed);
  while (phase_of(seen) == phase::running) {
    // Relaxed: the winner publishes by `finish`, the loser reads nothing of the winner's.
    if (compare_exchange(running.state, seen, with_phase(seen, phase::storing),
                         std::memory_order_relaxed, std::memory_order_relaxed)) {
      return true;
    }
  }
  return false;
}

bool hang(cell& awaited, std::uintptr_t link) noexcept {
  std::uintptr_t list = load(awaited.hooks, std::memory_order_acquire);
  for (;;) {
    if (list == detail::hooks_complete && !RT_SIMBUG("cell_state.hang_on_complete")) return false;
    if ((list & detail::hooks_locked) != 0) {
      pause();
      list = load(awaited.hooks, std::memory_order_acquire);
      continue;
    }
    successor(link) = list;
    // Release: who takes the list sees the link's members. Acquire on failure: the cell may be
    // complete, and the caller then reads its outcome.
    if (compare_exchange(awaited.hooks, list, link, std::memory_order_release,
                         std::memory_order_acquire)) {
      return true;
    }
  }
}

bool take_off(cell& awaited, continuation& hung) noexcept {
  const std::uintptr_t wanted = link_to(hung);
  std::uintptr_t list = load(awaited.hooks, std::memory_order_acquire);
  for (;;) {
    if (list == detail::hooks_complete) return false;
    if ((list & detail::hooks_locked) != 0) {
      pause();
      list = load(awaited.hooks, std::memory_order_acquire);
      continue;
    }
    // Acquire: the links that others hung are read below.
    if (RT_SIMBUG("cell_state.take_off_unlocked") ||
        compare_exchange(awaited.hooks, list, list | detail::hooks_locked,
                         std::memory_order_acquire, std::memory_order_acquire)) {
      break;
    }
  }
  // Locked: nobody hangs, takes off or completes until the store below.
  bool found = false;
  if (list == wanted) {
    list = hung.next;
    found = true;
  } else {
    for (std::uintptr_t at = list; at != 0; at = successor(at)) {
      if (successor(at) == wanted) {
        successor(at) = hung.next;
        found = true;
        break;
      }
    }
  }
  // Release: the changed links are seen by who takes the list.
  store(awaited.hooks, list, std::memory_order_release);
  return found;
}

std::uintptr_t& successor(std::uintptr_t link) noexcept {
  return is_cell(link) ? cell_at(link).next : continuation_at(link).next;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::lane
