#pragma once

#include <rt/detail/thread_context.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <new>
#include <type_traits>
#include <utility>
#include <variant>

namespace rt::detail {

struct cell;
struct call_context;
struct actor_core;
struct argument_type;
struct function_record;
class output_archive;
class input_archive;

/// What the engine may do with a cell without knowing its types.
///
/// One constant table for each combination of function and stored arguments.
/// Thread: `run`, `restart` and the destroyers are called by the one thread that claimed the cell.
struct cell_type {
  /// Calls the function with the stored arguments and makes the result in its place.
  /// Errors: whatever the function throws; the result is then not there.
  void (*run)(cell&) = nullptr;
  /// Ends the stored arguments; the engine calls it once, before the cell is complete.
  void (*destroy_arguments)(cell&) noexcept = nullptr;
  /// Ends the result of a cell that holds a value.
  void (*destroy_result)(cell&) noexcept = nullptr;
  /// Returns the `index`-th cell that the arguments wait for, null past the last.
  cell* (*argument)(cell&, std::uint32_t index) noexcept = nullptr;
  /// The actor whose method this calls; null for all else.
  actor_core* (*actor)(cell&) noexcept = nullptr;
  /// Tells the cell that makes an actor's object whose it is; null for all else.
  void (*bind)(cell&, actor_core&) noexcept = nullptr;
  /// Ends what is kept beyond the arguments (the actor of a call), with the cell; null for nothing.
  void (*end)(cell&) noexcept = nullptr;
  /// Writes the arguments down as the values that the function takes.
  void (*write_arguments)(cell&, output_archive&) = nullptr;
  /// Writes the value of a complete cell.
  void (*write_result)(cell&, output_archive&) = nullptr;
  /// Makes the value of `cell` from bytes.
  void (*read_result)(cell&, input_archive&) = nullptr;
  /// Asks for the value of an object that lies in another process; null for all else.
  void (*want)(cell&) noexcept = nullptr;
  /// Does it stand for an object elsewhere, whatever that is? Then it has no value itself.
  bool is_import = false;
  /// The function, for names, estimates and the far side; null for plain objects.
  function_record* function = nullptr;
  /// The stored arguments, ended by a null, and where they lie; null where there are none to write.
  const argument_type* const* arguments = nullptr;
  const std::uint32_t* offsets = nullptr;
  /// Where the actor of a call lies, or what stands for an object elsewhere; 0 where there is none.
  std::uint32_t target = 0;
  std::uint32_t size = 0;
  std::uint32_t alignment = 0;
  std::uint32_t outcome_offset = 0;
};

/// Something that happens when a cell is complete, hung on it by whoever waits.
/// Owner: whoever hung it keeps it alive until it was fired or taken off again.
struct continuation {
  std::uintptr_t next = 0;
  void (*fire)(continuation&) noexcept = nullptr;
};

/// The phases of a cell, in its `state`'s lowest bits. They only ever grow.
enum class phase : std::uint32_t {
  pending = 0,  ///< arguments are not all there (or the call waits in its actor's mailbox)
  ready = 1,    ///< may be claimed by whoever wants to run it
  running = 2,  ///< claimed: by a runner, or by who cancels
  storing = 3,  ///< the outcome is decided and being written
  value = 4,    ///< complete, with a value
  failed = 5,   ///< complete, with an exception
};

inline constexpr std::uint32_t phase_mask = 7;
/// Someone asked for the cancellation of this cell while it ran.
inline constexpr std::uint32_t cancel_bit = 8;
/// The failure was seen by someone who can act on it; else it is logged at the end.
inline constexpr std::uint32_t observed_bit = 16;
/// A coroutine that has suspended: `next` leads to what is kept of it. Changed under a lock of the engine's.
inline constexpr std::uint32_t suspended_bit = 32;
/// One reader of the arguments of a cell that has not started; claiming waits for them.
inline constexpr std::uint32_t pin_unit = 1U << 16;
inline constexpr std::uint32_t pin_mask = ~(pin_unit - 1);

/// `hooks` of a complete cell.
inline constexpr std::uintptr_t hooks_complete = 1;
/// Set in `hooks` while someone takes a continuation off the list.
inline constexpr std::uintptr_t hooks_locked = 2;
/// Set in a link whose target is a cell that depends on this one, not a `continuation`.
inline constexpr std::uintptr_t hook_is_cell = 4;

/// An object's state within one process, and its task's, in one allocation.
///
/// Lifecycle: made with its references counted; complete exactly once, then never run again; destroyed by whoever drops the
/// last reference. The result lies right behind this header, at a place that depends only on its
/// type, the stored arguments behind that.
/// Thread: the atomics belong to `lane`; all else to whoever made or claimed the cell.
struct alignas(16) cell {
  const cell_type* type;
  std::atomic<std::uint32_t> references;
  std::atomic<std::uint32_t> state;
  std::atomic<std::uintptr_t> hooks{0};
  /// The link of the one list that the cell is in: an argument's hooks, a queue, a mailbox, the doomed.
  /// Of a coroutine that has suspended, where what is kept of it lies (`suspended_bit`).
  std::uintptr_t next = 0;
  /// Options and ancestry; null where there is nothing to say. Counted.
  std::atomic<call_context*> context{nullptr};
  /// The number of the runtime it belongs to.
  std::uint32_t runtime;
  /// Index of the argument that is waited for.
  std::atomic<std::uint32_t> argument{0};

  cell(const cell_type& its_type, std::uint32_t references_now, phase now,
       std::uint32_t runtime_number) noexcept
      : type(&its_type),
        references(references_now),
        state(static_cast<std::uint32_t>(now)),
        hooks(now >= phase::value ? hooks_complete : 0),
        runtime(runtime_number) {}
  cell(const cell&) = delete;
  cell& operator=(const cell&) = delete;

  bool complete() const noexcept { return hooks.load(std::memory_order_acquire) == hooks_complete; }
  phase now() const noexcept {
    return static_cast<phase>(state.load(std::memory_order_acquire) & phase_mask);
  }
};

/// Returns memory for a cell, from this thread's slab.
/// Thread: any. Errors: aborts with a line when memory runs out, since nothing could go on.
void* allocate_cell(std::size_t bytes, std::size_t alignment) noexcept;
void free_cell(void* memory, std::size_t bytes, std::size_t alignment) noexcept;

/// Lets go of what another thread may have held at the moment of a fork. Thread: the child's only one.
void unlock_slabs() noexcept;

/// Returns how many cells this thread and all that have ended made more than they freed: how many are
/// alive, when no other thread that handles cells is left.
std::int64_t cells_alive() noexcept;

/// Ends a cell whose last reference is gone. Never recurses: cells that its destructors let go of wait
/// in a list for the outermost call.
void destroy_cell(cell& doomed) noexcept;

/// Destroys what waits in this thread's list; called before a thread blocks, so that nothing is kept
/// from its end by a destructor that waits.
void drain_doomed() noexcept;

/// What `references` counts: handles of the program in the upper bits, references of the engine (a
/// queue's, a runner's, a hook's, those of threads that look at it) in the lowest. Kept apart, since a value may be moved
/// out when one handle is left, and the engine never looks at a value after the cell is complete.
inline constexpr std::uint32_t engine_reference = 1;
inline constexpr std::uint32_t handle_reference = 64;
/// Set in `references` of a cell that other processes know, which the engine then keeps: it is told when
/// the last handle is gone. Such a value is never moved out.
inline constexpr std::uint32_t known_elsewhere = std::uint32_t{1} << 31;
inline constexpr std::uint32_t handles_mask = ~known_elsewhere & ~(handle_reference - 1);

inline void retain(cell& held, std::uint32_t kind = handle_reference) noexcept {
  // A new reference is always made from an existing one, which keeps the cell alive: no order needed.
  held.references.fetch_add(kind, std::memory_order_relaxed);
}

/// Counts one reference less, and tells whether it was the last.
/// Shape: `Counter` is the cell's atomic, or what stands for it where interleavings are explored.
template <class Counter>
inline bool let_go(Counter& references, std::uint32_t kind) noexcept {
  // The sole holder needs no read-modify-write: nobody else can reach the cell. Acquire pairs with
  // the release of those who let go before.
  return references.load(std::memory_order_acquire) == kind ||
         references.fetch_sub(kind, std::memory_order_acq_rel) == kind;
}

/// Lets handles of a cell go that other processes know.
void release_known(cell& held, std::uint32_t kind) noexcept;

inline void release(cell& held, std::uint32_t kind = handle_reference) noexcept {
  if (kind >= handle_reference &&
      (held.references.load(std::memory_order_relaxed) & known_elsewhere) != 0) [[unlikely]] {
    release_known(held, kind);
  } else if (let_go(held.references, kind)) {
    destroy_cell(held);
  }
}

/// Is the caller's handle the only one? Then no one else can read the value, now or later.
inline bool sole_handle(const cell& held) noexcept {
  return held.references.load(std::memory_order_acquire) < 2 * handle_reference;
}

/// `void` as something that can be stored.
template <class T>
using stored_result_t = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

/// A cell whose value is a `T`: where the result lies does not depend on what made it.
template <class T>
struct object_cell : cell {
  using value_type = stored_result_t<T>;

  union {
    value_type value;
    std::exception_ptr failure;
  };

  object_cell(const cell_type& its_type, std::uint32_t references_now, phase now,
              std::uint32_t runtime_number) noexcept
      : cell(its_type, references_now, now, runtime_number) {}
  object_cell(const object_cell&) = delete;
  object_cell& operator=(const object_cell&) = delete;
  // The engine ends value, failure and arguments by the phase; memory is returned as bytes.
  ~object_cell() {}  // NOLINT: a union member's end is not this class's to decide
};

/// The place of the outcome in any cell: the value's, or the exception of one that failed.
inline void* outcome_of(cell& any) noexcept {
  return reinterpret_cast<std::byte*>(&any) + any.type->outcome_offset;
}

inline std::exception_ptr& failure_of(cell& failed) noexcept {
  return *static_cast<std::exception_ptr*>(outcome_of(failed));
}

/// Where the outcome of a cell of a `T` lies, and where it ends.
template <class T>
inline constexpr std::uint32_t outcome_offset_of = static_cast<std::uint32_t>(
    std::max({sizeof(cell), alignof(stored_result_t<T>), alignof(std::exception_ptr)}));
template <class T>
inline constexpr std::uint32_t outcome_end_of =
    outcome_offset_of<T> +
    static_cast<std::uint32_t>(std::max(sizeof(stored_result_t<T>), sizeof(std::exception_ptr)));

/// The place of the outcome of a cell of a `T`, before and after it is there.
template <class T>
void* outcome_place(cell& any) noexcept {
  return reinterpret_cast<std::byte*>(&any) + outcome_offset_of<T>;
}

/// The value of a complete cell; `T` as the reference that leads here says.
template <class T>
stored_result_t<T>& value_of(cell& complete) noexcept {
  return *std::launder(static_cast<stored_result_t<T>*>(outcome_place<T>(complete)));
}

}  // namespace rt::detail
