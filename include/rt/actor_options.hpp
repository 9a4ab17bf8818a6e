#pragma once

#include <optional>
#include <string>

#include "rt/core/amount.hpp"
#include "rt/core/byte_count.hpp"
#include "rt/core/count.hpp"
#include "rt/core/resource_set.hpp"

namespace rt {

/// Says how an actor is to be placed and how it takes its calls.
/// Shape: resources that are not given are those to be placed by (one CPU) and are not held while the
/// actor is idle; those given are held for its life, 0 too.
struct actor_options {
  /// Found again by `rt::get_actor`; none where empty.
  std::string name = {};
  /// A namespace, in which the name is found from any job; where it is empty, from this job alone.
  std::string ns = {};
  /// Tells whether `spawn` returns the actor that has the name already, instead of `name_taken_error`.
  bool get_if_exists = false;
  /// Tells whether it outlives its handles and the process that spawned it, until it is killed or ends
  /// itself; it needs a name and a namespace. In a cluster the head owns it, and its constructor takes
  /// values of at most 100 KiB: references and handles would end with their owner, and throw
  /// `serialization_error`. In a process by itself it ends with the runtime.
  bool detached = false;
  std::optional<amount> num_cpus = {};
  std::optional<amount> num_gpus = {};
  /// Units: bytes.
  std::optional<byte_count> memory = {};
  resource_set resources = {};
  /// How often it is built again, by its constructor's arguments, after a crash of the process that it
  /// lived in; -1: no limit. In the process that spawned it there is no crash to be told apart.
  count max_restarts = 0;
  /// Threads for calls; with 1 they run one at a time, in order per caller.
  count max_concurrency = 1;
  /// Calls that may wait; more throw `pending_calls_limit_error` at the caller. No limit where absent.
  std::optional<count> max_pending_calls = {};
};

/// Checks that every option has a meaning.   Errors: `config_error` naming the first that has none.
void validate(const actor_options& options);

}  // namespace rt
