#pragma once

#include "worker/serving/slot_queue.hpp"

#include <map>
#include <optional>
#include <span>
#include <vector>

namespace rt::worker::serving {
inline namespace RT_LANE_VARIANT {

/// How far a slot has started.
struct mark {
  slot_place slot;
  slot_seq started{};
};

/// Works what owners push to the slots of this process: what starts next, what is answered how,
/// what never starts. Within an incarnation nothing runs twice here, and nothing after its cancel
/// was answered. docs/leases.md has the protocol.
///
/// A value. A slot is opened when a node has granted it and closed when the node wants it back, or
/// it was returned; it is `freed` when nothing runs there any more.
/// Shape: the same steps give the same effects. What an owner says of a slot that is not its own,
/// or not there any more, has no effect but that its tasks are handed back.
/// Thread: belongs to the loop; never blocks.
class slot_table {
 public:
  slot_index open(session_number owner, slot_place place);

  /// Takes tasks for a slot, by seq from `first` on; those that were there before are passed over.
  /// Shape: false where there is a hole before them: whoever sent that is broken.
  bool push(session_number owner, slot_place place, slot_seq first,
            std::span<const attempt_name> tasks, effects& out);

  /// Starts the next task of a slot, whether another runs there (and waits) or not.
  std::optional<placed_attempt> start(slot_index slot);

  /// A task has ended.   Shape: to whom it is answered; to nobody where the session has ended.
  struct answer_to {
    session_number session{};
    attempt_name task;
  };
  std::optional<answer_to> ended(slot_index slot, slot_seq seq, effects& out);

  /// Gives back what waits from a seq on.   Shape: from which seq on it is forgotten.
  slot_seq take_back(session_number owner, slot_place place, slot_seq from);

  /// Has a task never start, or end. One that is not here leaves a tombstone: if it is pushed
  /// later, it is answered as cancelled.
  cancel_effect cancel(session_number owner, request_number request, const attempt_name& task,
                       bool force, effects& out);

  /// Was a task cancelled before it came with a request for a lease? Then the edge answers it as
  /// that and leaves it out; tasks that are pushed are looked at by `push`.
  bool take_tombstone(session_number owner, const attempt_name& task);

  /// The owner has sent nothing before that cancel request that could still come.
  void acknowledged(session_number owner, request_number up_to);

  /// Takes a slot back: what waits there is handed back, what runs is answered when it ends.
  void close(slot_place place, effects& out);

  /// The process behind a slot is gone.   Shape: what the owner is to be told; nothing if nobody
  /// waits.
  struct death {
    session_number to{};
    mark last;
  };
  std::optional<death> process_died(slot_index slot);

  /// Nobody waits for that owner's tasks any more: those that wait never start, those that run are
  /// to end.   Shape: slots stay until they are closed.
  void session_ended(session_number owner, effects& out);

  /// What has started since this was last asked, to ride on a frame that leaves for that owner.
  std::vector<mark> take_marks(session_number owner);

  /// A cancel that came before its task.
  struct tombstone {
    session_number owner{};
    request_number request{};
    attempt_name task;
  };

  // For those who look at it.
  bool empty() const noexcept { return by_place_.empty() && tombstones_.empty(); }
  const std::map<slot_place, slot_index>& by_place() const noexcept { return by_place_; }
  const slot_queue& queue(slot_index which) const { return at(which).queue; }
  session_number owner(slot_index which) const { return at(which).owner; }
  bool closed(slot_index which) const { return at(which).closed; }
  bool has_marks(slot_index which) const { return at(which).changed; }
  bool silent(slot_index which) const { return at(which).silent; }
  const std::vector<tombstone>& tombstones() const noexcept { return tombstones_; }

 private:
  struct slot {
    session_number owner{};
    slot_place place;
    slot_queue queue;
    bool closed = false;
    bool silent = false;   // the owner's session has ended
    bool changed = false;  // what has started since the owner was told
  };
  slot& at(slot_index which) { return slots_[static_cast<std::size_t>(which)]; }
  const slot& at(slot_index which) const { return slots_[static_cast<std::size_t>(which)]; }
  slot* find(session_number owner, slot_place place);
  void erase(slot_index which);

  std::vector<slot> slots_;
  std::vector<slot_index> unused_;
  std::vector<slot_index> changed_;
  std::map<slot_place, slot_index> by_place_;
  std::vector<tombstone> tombstones_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker::serving
