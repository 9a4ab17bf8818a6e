#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "rt/core/ids.hpp"
#include "rt/core/result.hpp"
#include "wire/context_block.hpp"
#include "wire/fields.hpp"
#include "wire/limits.hpp"
#include "wire/payload.hpp"
#include "wire/place.hpp"
#include "wire/reference.hpp"

namespace rt::wire {

/// Describes one task, or one call of an actor, to the process that is to run it.
/// Shape: its number in its order (`seq`) is not in it: tasks of one message count up from the
/// message's first.   Owner: bytes are the frame's.
struct task_header {
  /// Where the owner keeps the task; the answer echoes it, so that nobody looks in a table by id.
  std::uint32_t owner_index = 0;
  /// Counts from 0 how often it was sent; the answer echoes it, and one to an attempt that was
  /// given up does not count.
  std::uint32_t attempt = 0;
  task_id task;
  function_number function = 0;
  /// The arguments may be moved from: no other attempt can need them.
  bool last_attempt = true;
  /// Taken only where it starts at once: it must never run twice, so it may not wait for a death.
  bool never_twice = false;
  /// What it inherits; each hop passes it on.
  context_block context;
  payload arguments;
  /// Where what it is called with lies, if that is too large for a message.
  /// Shape: at most one; then `arguments` has no bytes, and all that these refer to.
  std::vector<placed_reference> stored;
  /// What tools show; the function's name where empty.
  std::string name;
  /// Whose work it is.
  job_id job;

  static void fields(auto& of, auto& take) {
    take(of.owner_index, of.attempt, of.task, of.function, of.last_attempt, of.never_twice,
         at_most<limits::context_bytes_max>(of.context), of.arguments,
         at_most<limits::references_max>(of.stored), at_most<limits::name_bytes_max>(of.name),
         of.job);
  }
  friend bool operator==(const task_header&, const task_header&) = default;
};

/// Reads a task header that stands alone, as lineage keeps it.
/// Owner: what is returned sees `bytes`.   Errors: serialization.
result<task_header> read_task_header(std::span<const std::byte> bytes);

/// Writes it, behind what `out` holds.   Errors: serialization where something is over its limit;
/// `out` is then as it was.
result<void> write_task_header(std::vector<std::byte>& out, const task_header& header);

}  // namespace rt::wire
