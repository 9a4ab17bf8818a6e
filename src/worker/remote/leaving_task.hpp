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
  /// A node that another has named, and how many have.
  std::uint64_t asked_next = 0;
  std::uint8_t hops = 0;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
