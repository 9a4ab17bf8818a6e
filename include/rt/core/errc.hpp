#pragma once

#include <cstdint>
#include <string_view>

namespace rt {

/// Names each failure that a caller could sensibly react to.
/// Shape: fixed numbers, grouped by thousands, that go on the wire: 1 an expected outcome, 2 a peer
/// is gone, 3 no capacity, 4 user code, 5 the caller or its configuration is wrong. A number that is
/// taken out stays here as a comment and is never given again.
/// A new value also needs its row in the table of `src/core/errc.cpp` and a test that provokes it.
enum class errc : std::uint16_t {
  get_timeout = 1001,      ///< The object was not there in time; its reference stays good.
  task_cancelled = 1002,   ///< The task was cancelled, by a call, its deadline or the shutdown.
  actor_not_found = 1003,  ///< No actor of that name is known.
  name_taken = 1004,       ///< Another live actor has that name.
  file_changed = 1005,     ///< A file is not as long as expected: somebody else writes it too.

  actor_died = 2001,   ///< The actor is gone for good: killed, ended, or its constructor threw.
  connection = 2002,   ///< The process at the other side is gone, or cannot be reached.
  node_died = 2003,    ///< The node that ran it is gone, and its retries are used up.
  owner_died = 2004,   ///< The process that owned the object is gone, and the object with it.
  object_lost = 2005,  ///< All copies of the object are gone, and it cannot be made again.
  actor_unavailable = 2006,    ///< The actor cannot be reached for now: it is being built again.
  cluster_unavailable = 2007,  ///< No head has answered for longer than `head_timeout`.
  storage = 2008,              ///< Files cannot be read or written, or hold what nobody wrote.

  pending_calls_limit = 3001,  ///< As many calls or tasks wait as the limit allows.
  unschedulable = 3002,        ///< No node could ever run it with the resources it asks for.
  out_of_memory = 3003,        ///< Memory for a payload could not be had.
  out_of_disk = 3004,          ///< There is no room on the disk.

  user_exception = 4001,  ///< The user's function threw.
  deadlock = 4002,        ///< A task or an actor waits for itself, perhaps through others.
  serialization = 4003,   ///< The bytes of an argument or a result cannot be read or written.

  invalid_argument = 5001,  ///< A call was given something without meaning: an empty handle.
  config = 5002,            ///< An option, a flag or a variable has a value without meaning.
  no_runtime = 5003,        ///< There is no runtime (any more) that could do it.
  not_isolated = 5004,      ///< Only a process of its own can be ended by force; this is a thread.
  actor_type = 5005,        ///< The named actor is of another class than the one asked for.
  function_not_found = 5006,  ///< The binary at the other side does not hold that function.
  version_mismatch = 5007,    ///< The other side speaks another protocol, or is of another cluster.
  authentication = 5008,      ///< The cluster's secret is not known here, or is another one.
};

/// Returns the enumerator's name, or "unknown_errc" for a number that is none.
std::string_view to_string(errc code) noexcept;

/// Tells whether `code` is one of the enumerators: numbers from the wire need not be.
bool is_known(errc code) noexcept;

/// Tells whether the same call, made again later, may succeed with nothing else changed.
/// Says nothing of whether making it again is safe: that is `rt::outcome`.
bool is_retryable(errc code) noexcept;

}  // namespace rt
