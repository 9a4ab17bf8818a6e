#pragma once

namespace rt::app {

/// What a process that `rt::run` ends says by its status, besides what its driver returns.
enum exit_code : int {
  exit_failed = 1,      ///< The driver threw, or the cluster could not be had.
  exit_usage = 2,       ///< A flag, a variable or an option is wrong.
  exit_unfinished = 3,  ///< A task did not end, although it was cancelled.
  exit_by_signal = 128  ///< And the number of the signal that ended it at once.
};

}  // namespace rt::app
