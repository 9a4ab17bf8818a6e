#pragma once

#include "worker/attempts/pending_tasks.hpp"

#include <rt/core/environment.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace rt::worker::attempts {
inline namespace RT_LANE_VARIANT {

/// Names a slot in its owner's book.   Shape: an index; one that was given back is given again.
enum class held_index : std::uint32_t {};

/// A slot that a node has granted to this process.
struct held_slot {
  session_number session{};
  slot_place place;
  class_number of{};
  pending_tasks pending;
  slot_seq started{};        ///< the last that is known to have started
  instant since = 0;         ///< since when its first task runs, or it has none
  bool first_lasts = false;  ///< that has run long, and others wait behind it
  bool taking_back = false;  ///< asked for, not answered; nothing is pushed meanwhile
  bool recalled = false;     ///< goes back as soon as nothing is pending

  /// Another task is the first from now on, or none is.
  void begin(instant now) noexcept {
    since = now;
    first_lasts = false;
  }
  bool usable() const noexcept { return !recalled && !taking_back; }
  /// Counts those that have not started, as far as is known, and have another in front of them.
  std::size_t behind() const noexcept {
    const slot_seq from = ask_back_from();
    if (pending.empty() || from >= pending.next_seq()) return 0;
    return std::min<std::size_t>(pending.size() - 1, pending.next_seq() - from);
  }
  /// The first of those that may be taken back.
  slot_seq ask_back_from() const noexcept { return std::max(started, pending.first_seq()) + 1; }
};

/// The slots that this process holds.
/// Thread: belongs to the loop.
class held_slots {
 public:
  held_index add(session_number session, slot_place place, class_number of, instant now);
  /// Forgets it.   Shape: nothing is pending there.
  void erase(held_index which);

  held_slot& at(held_index which) { return slots_[static_cast<std::size_t>(which)]; }
  const held_slot& at(held_index which) const { return slots_[static_cast<std::size_t>(which)]; }

  /// Returns null where it is not held, or not any more.
  const held_index* find(session_number session, slot_place place) const;

  /// Those of one session, in their nodes' order.
  std::vector<held_index> of_session(session_number session) const;

  bool empty() const noexcept { return by_place_.empty(); }
  const std::map<std::pair<session_number, slot_place>, held_index>& by_place() const noexcept {
    return by_place_;
  }

 private:
  std::vector<held_slot> slots_;
  std::vector<held_index> unused_;
  std::map<std::pair<session_number, slot_place>, held_index> by_place_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::attempts
