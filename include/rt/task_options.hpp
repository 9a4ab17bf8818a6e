#pragma once

#include <string>

#include "rt/core/amount.hpp"
#include "rt/core/byte_count.hpp"
#include "rt/core/count.hpp"
#include "rt/core/resource_set.hpp"
#include "rt/core/time_limit.hpp"

namespace rt {

/// Says how one call of a remote function is to be run.
struct task_options {
  /// What tools show; the function's name where empty.
  std::string name = {};
  /// Logical CPUs, held while it runs, given back while it is blocked in `get` or `wait`.
  amount num_cpus = 1;
  amount num_gpus = 0;
  /// Logical memory.   Units: bytes.
  byte_count memory = 0;
  resource_set resources = {};
  /// Re-runs after a crash of the worker or node; -1: no limit.
  count max_retries = 3;
  /// Tells whether it is also run again when the function throws.
  bool retry_exceptions = false;
  /// From submission; past it the task is cancelled, and its children inherit what is left.
  time_limit deadline = {};
  /// Tells whether a `get` may run it on the waiting thread.
  bool in_caller = true;
};

/// Checks that every option has a meaning.   Errors: `config_error` naming the first that has none.
void validate(const task_options& options);

}  // namespace rt
