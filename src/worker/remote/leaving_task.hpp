#pragma once

#include "worker/remote/task_sender.hpp"

#include <rt/detail/cell.hpp>
#include <rt/detail/payload.hpp>

#include <cstdint>
#include <deque>
#include <exception>
#include <memory>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// Retries of a task without options of its own.
inline constexpr std::int32_t default_retries = 3;

/// Tasks that are written down ahead of the room for them.
inline constexpr std::size_t written_ahead_max = 256;

/// An own task on its way to another process, from when it was drawn until it is complete.
struct task_sender::leaving {
  /// Claimed; kept by the reference of the queue that it was drawn from.
  detail::cell* task = nullptr;
  attempts::owner_index index{};
  task_id id;
  std::uint32_t attempt = 0;
  std::int32_t retries_left = default_retries;
  /// The fate of an earlier attempt is unknown.
  bool may_have_run = false;
  task_class* of = nullptr;
  /// Since when it waits to be sent, this time.
  instant waits_since = 0;
  /// Its arguments: kept until it is complete, to be sent again. Of those beyond the inlining limit
  /// what they refer to alone; the rest lies in an object of its own.
  detail::payload arguments;
  std::unique_ptr<written_content> content;
  object_id stored_arguments;
  std::uint64_t stored_bytes = 0;
  /// Its result lies elsewhere, and is being brought; then the task has this handle too.
  detail::cell_ptr fetched;
  /// The copies of that are gone, and no answer has come since.
  bool runs_again = false;
  /// Why they could not be written.
  std::exception_ptr unwritable;

  attempts::attempt as_attempt() const noexcept;
  /// Writes its arguments down: the user's code.   Thread: not under the baton.
  void write() noexcept;
};

/// Tasks of one shape, that may run twice or may not.
struct task_sender::task_class {
  std::uint32_t shape = 0;
  bool never_twice = false;
  attempts::class_number number{};
  wire::demand demand;
  /// Written down, the oldest first.
  std::deque<attempts::owner_index> ready;
  /// Drawn and being written.
  std::size_t in_writing = 0;
  /// How many of the engine's queue were found to belong here, when one was to be drawn; looked for anew
  /// by then, or when slots have drawn.
  std::size_t stay = 0;
  instant stay_until = 0;
  /// How often the own slots had drawn when that was last looked at, and since when they have not while
  /// something is kept for them.
  std::uint64_t draws_seen = 0;
  instant kept_since = never;
  /// Since when no node is known that could ever run them; and the earliest instant at which one of them
  /// has waited too long for such a node.
  instant misfit_since = never;
  instant misfit_look = never;
  /// A node that should have been able to has said that none is; so it is until there is another view.
  bool infeasible = false;
  /// A node that another has named, and how many have.
  std::uint64_t asked_next = 0;
  std::uint8_t hops = 0;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
