#pragma once

#include <rt/core/environment.hpp>
#include <rt/core/time_limit.hpp>
#include <rt/detail/engine.hpp>

namespace rt::detail {

/// The instant at which a limit that begins now ends.
inline instant ends_at(engine& runtime, time_limit limit) {
  return limit.is_forever() ? never : runtime.world().now() + limit.duration().count();
}

/// Waits for one cell with a limit. Shape: whether it is complete. A limit of 0 only looks.
inline bool wait_until(cell& awaited, instant deadline) {
  if (awaited.complete()) return true;
  cell* const only = &awaited;
  return engine_of(awaited).wait_some(&only, 1, 1, deadline);
}

/// Throws `get_timeout_error` with the name of what was waited for.
[[noreturn]] void throw_get_timeout(const cell& awaited);

}  // namespace rt::detail
