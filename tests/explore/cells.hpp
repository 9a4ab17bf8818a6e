#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <vector>

#include "explore/explorer.hpp"
#include "explore/lane.hpp"
#include "rt/detail/cell.hpp"

namespace explore {

/// What has happened to one cell, kept outside it.
struct cell_record {
  int ran = 0;
  int cancelled = 0;
  int arguments_ended = 0;
  int results_ended = 0;
  int ended = 0;
  /// Stands for the memory of the arguments, which has an end of its own.
  rt::lane::atomic<int> arguments{0};
};

/// A cell that writes down what happens to it, and whose memory nobody may touch after its end.
struct tracked_cell : rt::detail::object_cell<int> {
  cell_record* record;
  surroundings around;
  rt::detail::cell* waits_for = nullptr;

  tracked_cell(std::uint32_t references_now, rt::detail::phase now, cell_record& its_record,
               surroundings where)
      : object_cell<int>(type_of_all, references_now, now, 0), record(&its_record), around(where) {}

  static const rt::detail::cell_type type_of_all;
};

/// Makes a cell in the memory that the engine's come from.
tracked_cell& make_tracked(cell_record& record, surroundings around, rt::detail::phase now,
                           std::uint32_t references);

/// Drops one reference, each step of it explored.
void drop(rt::detail::cell& held, std::uint32_t kind);

/// Runs a cell that was claimed, and completes it.
void run_claimed(rt::detail::cell& claimed);

/// Completes a cell that was claimed instead of being run.
void cancel_claimed(rt::detail::cell& claimed);

/// Fires what `finish` returned; a dependent cell is given to `advance`.
void fire(std::uintptr_t list);

/// What a draw does with the cell it has found, whose reference it takes over.
void run_drawn(rt::detail::cell& drawn);

/// Cancels as the engine does: ends what has not started, tells what runs.
void cancel(rt::detail::cell& task);

/// Moves a task that waits for one other along, as the engine does: opened if that is complete, else
/// hung on it. Takes over an engine reference, which goes on into `opened` of its scenario.
class dependents {
 public:
  virtual ~dependents() = default;
  virtual void opened(tracked_cell& task) = 0;

  void advance(tracked_cell& task);
};

/// Where `fire` finds the dependents of the running scenario.
void set_dependents(dependents* those);

}  // namespace explore
